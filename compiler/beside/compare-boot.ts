import { measureBoot } from '../bench/index.ts'
import { fail, ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { guestFailed } from './diagnostics.ts'
import { countTwice } from './figures.ts'
import { countedRow, type CountedRow } from './row.ts'
import type { BothSides, Side } from './sides.ts'

/** What bench/stamp prints: the machine's clock at main(), which began at power-on. */
const atMain = 'powerOnToMain'
/** What our init prints before it starts the app. */
const halted = 'idleBeforeApp'

/**
 * From power-on to main() of the same program, and from the kernel's entry. The firmware is the same for both, so what it takes before az is
 * entered is taken from Linux's count as well; Linux's loader is so part of Linux, as az's is of az.
 */
export async function compareBoot(
  host: Host,
  stamp: BothSides,
  memoryBytes: number,
): Promise<Result<readonly CountedRow[]>> {
  const az = await stampOf(stamp.az, memoryBytes)
  if (!az.ok) return az
  const linux = await stampOf(stamp.linux, memoryBytes)
  if (!linux.ok) return linux
  const kernel = await measureBoot(host, stamp.record, memoryBytes)
  if (!kernel.ok) return kernel
  const firmware = az.value.ns - kernel.value
  const exact = az.value.exact && linux.value.exact
  const rows = [
    countedRow({
      group: 'boot',
      name: 'kernel entry to main()',
      unit: 'ns of the machine',
      az: kernel.value,
      linux: linux.value.ns - firmware,
      exact,
    }),
    countedRow({
      group: 'boot',
      name: 'power-on to main()',
      unit: 'ns of the machine',
      az: az.value.ns,
      linux: linux.value.ns,
      exact,
      note: `firmware ${count(firmware)}; Linux halted for ${count(linux.value.haltedNs)}; an instruction is one ns`,
    }),
  ]
  return ok(rows)
}

const count = (ns: number): string => ns.toLocaleString('en')

interface Stamp {
  readonly ns: number
  readonly exact: boolean
  readonly haltedNs: number
}

async function stampOf(side: Side, memoryBytes: number): Promise<Result<Stamp>> {
  const counted = await countTwice(side, { memoryBytes })
  if (!counted.ok) return counted
  const { values, exact } = counted.value
  const ns = values.get(atMain)
  if (ns === undefined) return fail(guestFailed(side.name, 'stamp', `it did not print ${atMain}`, ''))
  return ok({ ns, exact: exact.has(atMain), haltedNs: values.get(halted) ?? 0 })
}
