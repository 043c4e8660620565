import { nodeHost } from '../../host/index.ts'
import { fail, ok } from '../../diag/index.ts'
import type { Result } from '../../diag/index.ts'
import { qemuMissing } from '../diagnostics.ts'
import type { GuestArch } from '../request.ts'

/** The name of the QEMU program for a guest's processor. */
export const qemuProgram = (arch: GuestArch): string => `qemu-system-${arch}`

/** Where the QEMU for this guest lies: on PATH, or where AZBUILD_QEMU says. */
export function findQemu(arch: GuestArch): Result<string> {
  const host = nodeHost()
  const named = host.env['AZBUILD_QEMU']
  // qemu-system-x86_64 runs 32-bit guests too, for a machine that has only that one.
  const found = named || host.findProgram(qemuProgram(arch)) || host.findProgram(qemuProgram('x86_64'))
  return found ? ok(found) : fail(qemuMissing(qemuProgram(arch)))
}
