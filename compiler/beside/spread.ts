import { spreadOf as medianAndRange } from '../bench/index.ts'

/** One figure of several rounds. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
  readonly rounds: readonly number[]
}

/** Median and spread of at least one value. */
export function spreadOf(rounds: readonly number[]): Spread {
  const { median, min, max } = medianAndRange(rounds)
  return { median, least: min, most: max, rounds }
}

/** The quotients of two figures round by round: those of one round were taken next to each other. */
export function ratioSpread(above: readonly number[], below: readonly number[]): Spread | undefined {
  const quotients = above.flatMap((value, round) => {
    const other = below[round]
    return other === undefined || other <= 0 ? [] : [value / other]
  })
  return quotients.length === 0 ? undefined : spreadOf(quotients)
}
