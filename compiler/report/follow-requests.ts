import { ok, type Result } from '../diag/index.ts'
import { httpStatus, isWholeHttpAnswer, lockStepClient } from '../run/index.ts'
import type { CallNode, Trace, TraceMark } from '../trace/index.ts'

/** As `azbuild bench` has it: caches, windows and the app's own records reach their size before the first that counts. */
const warmUpRequests = 20
export const followedRequests = 50

const get = Buffer.from('GET / HTTP/1.1\r\nHost: 10.0.2.15\r\n\r\n')

/**
 * The calls of `followedRequests` GETs of / on one connection, in lock step and in the steady state. `undefined` when the app answers
 * none, or not so many on one connection. `sent` is what the guest has sent so far.
 */
export async function followRequests(
  trace: Trace,
  port: number,
  sent: readonly Uint8Array[],
): Promise<Result<CallNode | undefined>> {
  const client = lockStepClient(async (frame) => {
    const pause = await trace.resume(frame)
    if (!pause.ok) return pause
    return ok(pause.value.kind === 'idle' ? pause.value.frames : undefined)
  })
  const settled = await client.settle(sent)
  if (!settled.ok) return settled
  const opened = await client.connect(port)
  if (!opened.ok) return opened
  if (!opened.value) return ok(undefined)
  let from: TraceMark | undefined
  for (let i = 0; i < warmUpRequests + followedRequests; i++) {
    if (i === warmUpRequests) from = trace.calls.mark()
    const answer = await opened.value.request(get, isWholeHttpAnswer)
    if (!answer.ok) return answer
    if (answer.value === undefined || httpStatus(answer.value) === undefined) return ok(undefined)
  }
  return ok(trace.calls.tree(`${followedRequests} requests`, from))
}
