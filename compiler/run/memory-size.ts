import { fail, ok } from '../diag/index.ts'
import type { Result } from '../diag/index.ts'
import { badMemorySize } from './diagnostics.ts'

const factors: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }

/** Bytes in `1280K`, `64M`, `4G` or a plain number of bytes; KiB and MiB are taken too. */
export function parseMemorySize(text: string): Result<number> {
  const match = /^(\d{1,15})([KMG]?)(?:iB)?$/i.exec(text.trim())
  const bytes = match === null ? 0 : Number(match[1]) * factors[match[2]!.toUpperCase()]!
  return bytes > 0 && bytes <= Number.MAX_SAFE_INTEGER ? ok(bytes) : fail(badMemorySize(text))
}

/** A size in the largest unit that divides it, as `--memory` takes it. */
export function renderBytes(bytes: number): string {
  for (const unit of ['G', 'M', 'K'])
    if (bytes % factors[unit]! === 0) return `${bytes / factors[unit]!}${unit}`
  return `${bytes}`
}
