import { nearest } from '../diag/index.ts'
import type { Demand, ReasonStep } from './demand.ts'
import { explainChain } from './explain.ts'

/** What is known about an image when the user asks why something is in it. */
export interface WhySource {
  readonly demand: Demand
  /** From the analysis: the chain to a symbol that the app reaches. */
  readonly reasonFor: (symbol: string) => readonly ReasonStep[] | undefined
  /** Component -> why it was selected, outermost first. */
  readonly components: ReadonlyMap<string, readonly string[]>
  /** System call -> the component that implements it. */
  readonly implementers: ReadonlyMap<string, string>
  /** System calls that the app's configuration answers. */
  readonly declared: Readonly<Record<string, 'stub' | 'fake'>>
}

/** Why something is in the image, or that it is not. */
export type WhyAnswer =
  | {
      readonly kind: 'component' | 'feature' | 'symbol'
      readonly name: string
      readonly because: readonly string[]
    }
  | {
      readonly kind: 'syscall'
      readonly name: string
      readonly because: readonly string[]
      readonly implementer: string | undefined
      /** The app's configuration answers the call instead: `stub` with ENOSYS, `fake` with 0. */
      readonly declared: 'stub' | 'fake' | undefined
    }
  | { readonly kind: 'absent'; readonly name: string; readonly nearest: string | undefined }

/**
 * Answers `azbuild why <name>`: a component (`net/tcp`), a system call (`listen` or `az_sys_listen`), a feature
 * (`libc.malloc`) or any symbol of app and libc, in this order.
 */
export function answerWhy(name: string, source: WhySource): WhyAnswer {
  const component = source.components.get(name)
  if (component) return { kind: 'component', name, because: component }
  const call = name.replace(/^az_sys_/, '')
  const syscall = source.demand.syscalls.find((one) => one.name === call)
  if (syscall)
    return {
      kind: 'syscall',
      name: call,
      because: explainChain(syscall),
      implementer: source.implementers.get(call),
      declared: source.declared[call],
    }
  const feature = source.demand.features.find((one) => one.name === name)
  if (feature) return { kind: 'feature', name, because: explainChain(feature) }
  const because = source.reasonFor(name)
  if (because) return { kind: 'symbol', name, because: explainChain({ because }) }
  const known = [
    ...source.components.keys(),
    ...source.demand.syscalls.map((one) => one.name),
    ...source.demand.features.map((one) => one.name),
  ]
  return { kind: 'absent', name, nearest: nearest(name, known) }
}

/** The lines that the command prints: what it is, then the chain, indented. */
export function renderWhy(answer: WhyAnswer): readonly string[] {
  switch (answer.kind) {
    case 'absent':
      return [
        `${answer.name} is not in the image`,
        ...(answer.nearest === undefined ? [] : [`  did you mean "${answer.nearest}"?`]),
      ]
    case 'syscall': {
      const { declared, implementer } = answer
      const by = declared
        ? `, declared a ${declared} in shog.config.ts: it ${declared === 'stub' ? 'fails with ENOSYS' : 'returns 0 and does nothing'}`
        : implementer === undefined
          ? ''
          : `, implemented by ${implementer}`
      return [`${answer.name} is a system call the app makes${by}`, ...indented(answer.because)]
    }
    case 'symbol':
      if (answer.because.length > 0) return [`${answer.name} is in the image`, ...indented(answer.because)]
      return [`${answer.name} is in the image`, '  because the image starts there']
    case 'component':
    case 'feature':
      return [`${answer.name} is in the image`, ...indented(answer.because)]
  }
}

function indented(because: readonly string[]): readonly string[] {
  return because.map((line) => `  because ${line}`)
}
