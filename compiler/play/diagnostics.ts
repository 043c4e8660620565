import { errorOf } from '../diag/index.ts'
import type { Diagnostic } from '../diag/index.ts'

export const only32Bit = (arch: string): Diagnostic =>
  errorOf('play/only-i386', `A browser boots images for i386 only, not for ${arch}`, {
    hint: 'leave --arch out; azbuild run --runner qemu boots x86_64',
    cause: 'input',
  })

export const tooMuchMemory = (askedMebibytes: number, mostMebibytes: number): Diagnostic =>
  errorOf(
    'play/too-much-memory',
    `A machine in a browser has at most ${mostMebibytes} MiB of memory, not ${askedMebibytes} MiB`,
    { hint: `--memory ${mostMebibytes}M or less`, cause: 'input' },
  )

export const portTaken = (port: number, why: string): Diagnostic =>
  errorOf('play/port-taken', `The page cannot be served on port ${port}: ${why}`, {
    hint: 'give another one, or leave --port out for a free one',
    cause: 'input',
  })

export const folderInUse = (folder: string, found: readonly string[]): Diagnostic =>
  errorOf('play/folder-in-use', `${folder} has files in it that no export has written`, {
    because: found.slice(0, 5).map((name) => `there is ${name}`),
    hint: 'export into a new folder; nothing was written',
    cause: 'input',
  })
