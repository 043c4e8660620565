import { explainStep, type ReasonStep } from '../analyze/index.ts'
import type { SyscallRow } from './document.ts'

/** What is known about the system calls of an image. */
export interface SyscallInput {
  /** Canonical names with a shortest chain each, outermost reason first. */
  readonly syscalls: readonly { readonly name: string; readonly because: readonly string[] }[]
  readonly implementers: ReadonlyMap<string, string>
  readonly declared: Readonly<Record<string, 'stub' | 'fake'>>
  readonly appStepsTo: (call: string) => readonly ReasonStep[]
  /** Mean instructions for each call, where they were measured. */
  readonly instructions: Readonly<Record<string, number>>
}

/** The system calls of an image by name: who answers, who asks, what it costs. */
export function syscallRows(input: SyscallInput): readonly SyscallRow[] {
  return input.syscalls.map(({ name, because }) => {
    const declared = input.declared[name]
    const by = declared ? undefined : input.implementers.get(name)
    const instructions = input.instructions[name]
    return {
      name,
      ...(by === undefined ? {} : { by }),
      ...(declared ? { declared } : {}),
      lines: input.appStepsTo(name).map(explainStep),
      because,
      ...(instructions === undefined ? {} : { instructions }),
    }
  })
}
