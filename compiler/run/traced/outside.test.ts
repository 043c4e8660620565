import { expect, onTestFinished, test } from 'vitest'
import { fail, ok, type Diagnostic } from '../../diag/index.ts'
import { askInClosedLoop } from '../load/closed-loop.ts'
import { SimulatedGuest } from '../usernet/testing/simulated-guest.ts'
import { generator } from '../usernet/testing/simulation.ts'
import { joinOutside, type Outside, type Resume } from './outside.ts'

const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')

/** A guest that answers each request and stops whenever it has nothing left to do; `bursts` tells how many frames came in together. */
function servingGuest(bursts: number[]): Resume {
  const guest = new SimulatedGuest(() => 0, generator(1))
  guest.listen(80, (connection) => ({
    onData: (bytes) => {
      connection().consumed(bytes.length)
      connection().write(answer)
    },
    onEnd: () => connection().end(),
  }))
  return (frames = []) => {
    bursts.push(frames.length)
    for (const frame of frames) guest.receive(frame)
    const sent: Uint8Array[] = []
    for (let frame = guest.takeFrame(); frame !== undefined; frame = guest.takeFrame()) sent.push(frame)
    return Promise.resolve(ok({ kind: 'asleep', frames: sent }))
  }
}

function joined(resume: Resume): Outside {
  const outside = joinOutside(resume, [])
  onTestFinished(outside.destroy)
  return outside
}

async function portOf(outside: Outside): Promise<number> {
  const port = await outside.open(80)
  if (!port.ok) throw new Error(port.problems[0]!.message)
  return port.value
}

test('a client outside is answered, and a guest that only a frame can wake is not woken without one', async () => {
  const bursts: number[] = []
  const outside = joined(servingGuest(bursts))
  const port = await portOf(outside)
  const load = { connections: 8, durationMs: Infinity, requestsMax: 40 }
  expect(await outside.during(askInClosedLoop(port, load))).toMatchObject({
    ok: true,
    value: { requests: 40, failures: 0 },
  })
  expect(Math.max(...bursts)).toBeGreaterThan(1)
  const idle = new Promise((resolve) => setTimeout(resolve, 700))
  expect((await outside.during(idle)).ok).toBe(true)
  expect(bursts.filter((count) => count === 0)).toEqual([])
})

test('a guest that is gone takes the connections of its clients with it', async () => {
  const load = { connections: 2, durationMs: Infinity, timeoutMs: 60_000 }
  const ended = joined(() => Promise.resolve(ok({ kind: 'end', frames: [] })))
  expect(await ended.during(askInClosedLoop(await portOf(ended), load))).toMatchObject({
    value: { requests: 0, failures: 2 },
  })
  const problem: Diagnostic = { severity: 'error', code: 'trace/fault', message: 'gone' }
  const broken = joined(() => Promise.resolve(fail(problem)))
  expect(await broken.during(askInClosedLoop(await portOf(broken), load))).toEqual(fail(problem))
})
