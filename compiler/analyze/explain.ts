import { renderSpan } from '../diag/index.ts'
import type { Demanded, ReasonStep } from './demand.ts'

/** The chain to something demanded, outermost first: `main.c:31 main calls listen`. */
export function explainChain(demanded: Pick<Demanded, 'because'>): readonly string[] {
  return demanded.because.map(explainStep)
}

/** One step: `main.c:31 main calls listen`; without a line where none is known. */
export function explainStep(step: ReasonStep): string {
  const place = step.span ? `${renderSpan({ ...step.span })} ` : ''
  return `${place}${step.from} ${verbs[step.kind ?? 'call']} ${step.to}`
}

const verbs = { call: 'calls', reference: 'refers to', trap: 'traps to' } as const
