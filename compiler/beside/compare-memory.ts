import { leastMemory } from '../bench/index.ts'
import { ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import type { Attacker } from './attack.ts'
import { countedRow, type CountedRow } from './row.ts'
import type { BothSides, Side } from './sides.ts'

const kib = 1024
const mib = 1024 * kib
/** The machine whose firmware needs the least (see `leastMemory` of bench). */
const machine = 'pc'
const azStep = 64 * kib
const azMost = 64 * mib
const linuxStep = mib
const linuxLeast = 16 * mib
const linuxMost = 512 * mib
const hangSeconds = 60

/**
 * The least memory with which the app answers a request: for az to 64 KiB, sought from the least that reaches main() upwards; for Linux to
 * 1 MiB, by halving.
 */
export async function compareMemory(
  host: Host,
  sides: BothSides,
  attack: Attacker,
): Promise<Result<CountedRow>> {
  const boots = await leastMemory(host, sides.record)
  if (!boots.ok) return boots
  const answers = async (side: Side, memoryBytes: number): Promise<boolean> => {
    const request = { connections: 1, durationMs: 1, timeoutMs: 20_000 }
    const options = { memoryBytes, machine, timeoutSeconds: hangSeconds }
    return (await side.serve(options, (port) => attack(port, request, side.name))).ok
  }
  let az = boots.value ?? azMost
  while (az < azMost && !(await answers(sides.az, az))) az += azStep
  const linux = await leastByHalving(linuxLeast, linuxMost, linuxStep, (bytes) => answers(sides.linux, bytes))
  return ok(
    countedRow({
      group: 'memory',
      name: 'least that answers a request',
      unit: 'bytes',
      az,
      linux: linux ?? null,
      exact: false,
      note: 'az to 64 KiB, Linux to 1 MiB',
    }),
  )
}

/** The least multiple of `step` that `holds`, where everything above it holds too; `undefined` when `most` does not. */
export async function leastByHalving(
  least: number,
  most: number,
  step: number,
  holds: (value: number) => Promise<boolean>,
): Promise<number | undefined> {
  if (!(await holds(most))) return undefined
  let below = least / step - 1
  let above = most / step
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2)
    if (await holds(middle * step)) above = middle
    else below = middle
  }
  return above * step
}
