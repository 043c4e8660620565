/** The door of `run`: boots an image on a runner, with its console, its network and its exit status. */
import type { Result } from '../diag/index.ts'
import type { Runner, RunOutcome, RunRequest } from './request.ts'
import { qemuRunner } from './qemu/runner.ts'
import { startTracedQemu } from './qemu/traced.ts'
import type { StartTraced } from './traced/machine.ts'
import { v86Runner } from './v86/runner.ts'
import { startTracedV86 } from './v86/traced.ts'

export type * from './request.ts'
export { loadImage } from './image-file.ts'
export type * from './traced/machine.ts'
export * from './traced/outside.ts'
export * from './load/closed-loop.ts'
export * from './lockstep/client.ts'
export * from './lockstep/http.ts'
export { findQemu } from './qemu/find.ts'
export { parseMemorySize, renderBytes } from './memory-size.ts'
export { openTerminal } from './terminal.ts'
export type { TerminalInput } from './terminal.ts'
export { parseAllowedPeer, parsePortForward } from './ports.ts'
export { v86MemoryBytesMax } from './v86/runner.ts'
export { v86Folder } from './v86/v86-folder.ts'
export { parseWire } from './wire.ts'

export const runners: Readonly<Record<Runner['name'], Runner>> = { v86: v86Runner, qemu: qemuRunner }

/** Runs an image to its end on the named runner. */
export function runImage(runner: Runner['name'], request: RunRequest): Promise<Result<RunOutcome>> {
  return runners[runner].run(request)
}

/** Starts a machine that tells every instruction it runs. */
export const startTraced: Readonly<Record<Runner['name'], StartTraced>> = {
  v86: startTracedV86,
  qemu: startTracedQemu,
}
