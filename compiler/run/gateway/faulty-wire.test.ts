import { describe, expect, it } from 'vitest'
import { faultyWire } from './faulty-wire.ts'

const none = { loss: 0, reorder: 0, duplicate: 0, seed: 1 }
const frames = Array.from({ length: 10_000 }, (_, i) => Uint8Array.of(i >> 8, i & 0xff))
const numberOf = (frame: Uint8Array): number => (frame[0]! << 8) | frame[1]!

/** The numbers of the frames that come out when all of `frames` go in. */
function carryAll(faults: typeof none, direction: 'to-guest' | 'from-guest' = 'to-guest'): number[] {
  const wire = faultyWire(faults, direction)
  const out = frames.flatMap((frame) => [...wire.carry(frame)])
  const rest = wire.release()
  expect(wire.holding()).toBe(false)
  return [...out, ...rest].map(numberOf)
}

describe('a wire', () => {
  it('without faults changes nothing', () => expect(carryAll(none)).toEqual(frames.map(numberOf)))

  it('loses the part it is told to', () => {
    const out = carryAll({ ...none, loss: 0.02 })
    expect(out).toEqual(out.toSorted((a, b) => a - b))
    expect(new Set(out).size).toBe(out.length)
    expect(10_000 - out.length).toBeGreaterThan(140)
    expect(10_000 - out.length).toBeLessThan(260)
  })

  it('doubles the part it is told to, one copy behind the other', () => {
    const out = carryAll({ ...none, duplicate: 0.1 })
    const doubled = out.filter((number, i) => out[i - 1] === number).length
    expect(new Set(out).size).toBe(10_000)
    expect(out.length).toBe(10_000 + doubled)
    expect(doubled).toBeGreaterThan(850)
    expect(doubled).toBeLessThan(1150)
  })

  it('lets frames be overtaken by up to four others and those that they let out, and loses none', () => {
    const wire = faultyWire({ ...none, reorder: 0.05 }, 'to-guest')
    const out = [...frames.flatMap((frame) => [...wire.carry(frame)]), ...wire.release()].map(numberOf)
    expect(out.toSorted((a, b) => a - b)).toEqual(frames.map(numberOf))
    const most = out.map(
      (number) => out.slice(0, out.indexOf(number)).filter((other) => other > number).length,
    )
    const late = most.filter((count) => count > 0)
    expect(late.length).toBeGreaterThan(400)
    expect(late.length).toBeLessThan(600)
    expect(Math.max(...late)).toBeLessThan(8)
    expect(late.filter((count) => count <= 4).length).toBeGreaterThan(late.length * 0.9)
  })

  it('holds a copy of what it holds back', () => {
    const wire = faultyWire({ ...none, reorder: 1 }, 'to-guest')
    const frame = Uint8Array.of(1, 2)
    expect(wire.carry(frame)).toEqual([])
    frame.fill(0)
    expect(wire.holding()).toBe(true)
    expect(wire.release()).toEqual([Uint8Array.of(1, 2)])
    expect(wire.holding()).toBe(false)
  })

  it('does the same with the same seed, another thing with another, or in the other direction', () => {
    const faults = { loss: 0.1, reorder: 0.1, duplicate: 0.1, seed: 7 }
    expect(carryAll(faults)).toEqual(carryAll(faults))
    expect(carryAll({ ...faults, seed: 8 })).not.toEqual(carryAll(faults))
    expect(carryAll(faults, 'from-guest')).not.toEqual(carryAll(faults))
  })
})
