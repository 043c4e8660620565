import type { ReasonStep } from '../demand.ts'
import type { Reach, Reference } from './reach.ts'

/**
 * Every step from the app's own code towards one of `symbols`: references are followed backwards, through libraries, and each way ends
 * where it first meets the app. Sorted by file, line and target; equal steps are given once.
 */
export function appSteps(
  symbols: readonly string[],
  reach: Reach,
  explain: (reference: Reference) => readonly ReasonStep[],
): readonly ReasonStep[] {
  const steps = new Map<string, ReasonStep>()
  const waiting = symbols.flatMap((symbol) => reach.referencesTo(symbol))
  const seen = new Set(waiting)
  for (let reference = waiting.pop(); reference; reference = waiting.pop()) {
    const { file, section } = reference.from
    if (file.origin === 'app') {
      // The step alone: what led the app there is not asked.
      const [step] = explain({ ...reference, from: { ...reference.from, via: undefined } })
      if (step) steps.set(JSON.stringify([step.from, step.to, step.span]), step)
      continue
    }
    for (const before of reach.referencesInto(file, section)) {
      if (seen.has(before)) continue
      seen.add(before)
      waiting.push(before)
    }
  }
  return [...steps.values()].sort(
    (a, b) =>
      compareText(a.span?.file ?? '', b.span?.file ?? '') ||
      (a.span?.line ?? 0) - (b.span?.line ?? 0) ||
      compareText(a.to, b.to) ||
      compareText(a.from, b.from),
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
