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
  /** Every system call there is -> the component that would implement it, if one does. */
  readonly possibleCalls: ReadonlyMap<string, string | undefined>
  /** Interface -> the component of the image that provides it. */
  readonly providers: ReadonlyMap<string, string>
  /** The component of the linked image that defines a symbol of the kernel. */
  readonly definerOf: (symbol: string) => string | undefined
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
  | {
      readonly kind: 'interface'
      readonly name: string
      readonly provider: string
      readonly because: readonly string[]
    }
  | {
      readonly kind: 'absent'
      readonly name: string
      readonly nearest: string | undefined
      /** It is a system call that the app does not make; what would implement it, null when nothing does yet. */
      readonly syscall?: { readonly implementer: string | null }
    }

/**
 * Answers `azbuild why <name>`: a component (`net/tcp`), a system call (`listen` or `az_sys_listen`), a feature
 * (`libc.malloc`), an interface (`net.device`), or any symbol of app, libc and kernel, in this order.
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
  const provider = source.providers.get(name)
  if (provider) return { kind: 'interface', name, provider, because: source.components.get(provider) ?? [] }
  const because = source.reasonFor(name)
  if (because) return { kind: 'symbol', name, because: explainChain({ because }) }
  if (source.possibleCalls.has(call)) {
    const implementer = source.possibleCalls.get(call) ?? null
    return { kind: 'absent', name: call, nearest: undefined, syscall: { implementer } }
  }
  const definer = source.definerOf(name)
  if (definer) {
    const chain = source.components.get(definer) ?? []
    return { kind: 'symbol', name, because: [...chain, `${definer} defines ${name}`] }
  }
  const known = [
    ...source.components.keys(),
    ...source.providers.keys(),
    ...source.demand.syscalls.map((one) => one.name),
    ...source.demand.features.map((one) => one.name),
    ...source.possibleCalls.keys(),
  ]
  return { kind: 'absent', name, nearest: nearest(name, known) }
}

/** The lines that the command prints: what it is, then the chain, indented. */
export function renderWhy(answer: WhyAnswer): readonly string[] {
  switch (answer.kind) {
    case 'absent':
      return [`${answer.name} is not in the image`, ...absenceLines(answer)]
    case 'syscall': {
      const { declared, implementer } = answer
      const by = declared
        ? `, declared a ${declared} in shog.config.ts: it ${declared === 'stub' ? 'fails with ENOSYS' : 'returns 0 and does nothing'}`
        : implementer === undefined
          ? ''
          : `, implemented by ${implementer}`
      return [`${answer.name} is a system call the app makes${by}`, ...indented(answer.because)]
    }
    case 'interface':
      return [`${answer.name} is an interface, provided by ${answer.provider}`, ...indented(answer.because)]
    case 'symbol':
      if (answer.because.length > 0) return [`${answer.name} is in the image`, ...indented(answer.because)]
      return [`${answer.name} is in the image`, '  because the image starts there']
    case 'component':
    case 'feature':
      return [`${answer.name} is in the image`, ...indented(answer.because)]
  }
}

function absenceLines({ name, nearest, syscall }: WhyAnswer & { kind: 'absent' }): readonly string[] {
  if (syscall)
    return [
      '  because nothing that the app reaches makes this system call',
      syscall.implementer === null
        ? '  and nothing implements it yet: an app that makes it does not build, unless shog.config.ts says ' +
          `syscalls: { ${name}: 'stub' }`
        : `  a line that calls ${name}() brings it, from ${syscall.implementer}`,
    ]
  return nearest === undefined ? [] : [`  did you mean "${nearest}"?`]
}

function indented(because: readonly string[]): readonly string[] {
  return because.map((line) => `  because ${line}`)
}
