import { fail, ok } from '../diag/index.ts'
import type { Result } from '../diag/index.ts'
import { badWire } from './diagnostics.ts'
import type { WireFaults } from './request.ts'

const perfect: WireFaults = { loss: 0, reorder: 0, duplicate: 0, seed: 1 }

/** Reads `loss=2%,reorder=5%,duplicate=1%,seed=7`, in any order; what is not named is 0, the seed 1. */
export function parseWire(text: string): Result<WireFaults> {
  const faults: Record<string, number> = {}
  for (const part of text.split(',')) {
    const match = /^(?:(loss|reorder|duplicate)=(\d{1,3}(?:\.\d+)?)%|(seed)=(\d{1,9}))$/.exec(part)
    const name = match?.[1] ?? match?.[3]
    const value = match?.[1] === undefined ? Number(match?.[4]) : Number(match[2]) / 100
    if (name === undefined || name in faults || (name !== 'seed' && value > 1)) return fail(badWire(text))
    faults[name] = value
  }
  return ok({ ...perfect, ...faults })
}
