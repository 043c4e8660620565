import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { timerWheel } from './timer-wheel.ts'

const step = fc.oneof(
  fc.record({
    kind: fc.constant('set' as const),
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    afterMs: fc.nat(60_000),
  }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(30_000) }),
)

it('lets no timer come due late', () => {
  fc.assert(
    fc.property(fc.array(step), fc.nat(1e9), (steps, startMs) => {
      const wheel = timerWheel()
      const running = new Map<string, number>()
      let nowMs = startMs
      for (const act of steps) {
        if (act.kind === 'set') {
          const deadlineMs = nowMs + act.afterMs
          wheel.set(act.name, deadlineMs)
          running.set(act.name, Math.min(running.get(act.name) ?? Infinity, deadlineMs))
          continue
        }
        const untilMs = nowMs + act.ms
        for (let at = wheel.deadline(); at !== undefined && at <= untilMs; at = wheel.deadline()) {
          nowMs = Math.max(nowMs, at)
          for (const name of wheel.takeDue(nowMs)) {
            const deadlineMs = running.get(name)!
            if (nowMs < deadlineMs) wheel.set(name, deadlineMs)
            else running.delete(name)
          }
        }
        nowMs = untilMs
        for (const deadlineMs of running.values()) expect(deadlineMs).toBeGreaterThan(nowMs - 9)
      }
    }),
  )
})

it('says when there is nothing left', () => {
  const wheel = timerWheel()
  wheel.set('a', 20)
  wheel.set('a', 10)
  wheel.set('b', 1000)
  expect(wheel.deadline()).toBe(16)
  expect(wheel.takeDue(15)).toEqual([])
  expect(wheel.takeDue(16)).toEqual(['a'])
  expect(wheel.takeDue(1000)).toEqual(['b'])
  expect(wheel.deadline()).toBe(undefined)
})
