/** What Node and browsers have for running something after what waits already; none of it is in both's types. */
const platform = globalThis as unknown as {
  readonly setImmediate?: (work: () => void) => void
  readonly MessageChannel: new () => {
    readonly port1: { onmessage: (() => void) | null }
    readonly port2: { readonly postMessage: (message: null) => void }
  }
}

/** Runs `work` once the event loop has seen to what waits already: setImmediate, where there is one. */
export const soon: (work: () => void) => void = platform.setImmediate ?? overChannel()

/** A timer would wait for milliseconds; a message to ourselves only waits for its turn. */
function overChannel(): (work: () => void) => void {
  const queue: (() => void)[] = []
  const { port1, port2 } = new platform.MessageChannel()
  port1.onmessage = () => queue.shift()?.()
  return (work) => {
    queue.push(work)
    port2.postMessage(null)
  }
}
