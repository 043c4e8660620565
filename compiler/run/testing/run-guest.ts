import type { GuestArch, RunEvent, RunOutcome, Runner, RunRequest } from '../request.ts'

export interface GuestRun {
  readonly outcome: RunOutcome
  readonly console: string
  readonly events: readonly RunEvent[]
}

/** Runs a test guest and gathers what came out; throws the diagnostics if the run could not be made. */
export async function runGuest(
  runner: Runner,
  image: string,
  arch: GuestArch,
  options: Partial<RunRequest> = {},
): Promise<GuestRun> {
  const pieces: Uint8Array[] = []
  const events: RunEvent[] = []
  const result = await runner.run({
    image,
    arch,
    memoryBytes: 16 << 20,
    net: false,
    timeoutSeconds: 60,
    ...options,
    onConsole: (bytes) => {
      pieces.push(bytes)
      return options.onConsole?.(bytes)
    },
    onEvent: (event) => {
      events.push(event)
      options.onEvent?.(event)
    },
  })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return { outcome: result.value, console: Buffer.concat(pieces).toString('latin1'), events }
}

/** An input of these texts. */
export async function* sourceOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

/** An input of one key, once `events` tells that a port is open. */
export async function* afterListening(events: readonly RunEvent[]): AsyncGenerator<Uint8Array> {
  while (!events.some((event) => event.kind === 'listening'))
    await new Promise((resolve) => setTimeout(resolve, 10))
  yield Buffer.from('x')
}
