import { invalidConfig, type Budget } from '../app/index.ts'
import { arches, type Registry } from '../component/index.ts'
import { nearest, type Diagnostic } from '../diag/index.ts'
import { FIXED_OWNERS } from '../link/index.ts'
import type { SyscallTable } from '../toolchain/index.ts'

/**
 * Names in a budget that nothing has: a limit on `net/tpc` would hold for ever. Those that an image merely does not contain are fine.
 * `file` is the configuration that is blamed.
 */
export function checkBudgetNames(
  budgets: Partial<Readonly<Record<(typeof arches)[number], Budget>>>,
  { components }: Registry,
  { syscalls }: SyscallTable,
  file: string,
): readonly Diagnostic[] {
  const componentNames = components.map(({ manifest }) => manifest.name)
  const known = {
    componentBytes: [...FIXED_OWNERS, ...componentNames],
    components: componentNames,
    syscalls: syscalls.map(({ name }) => name),
  }
  const what = { componentBytes: 'owner of bytes', components: 'component', syscalls: 'system call' }
  return arches.flatMap((arch) => {
    const { componentBytes = {}, components: allowed = [], syscalls: calls = [] } = budgets[arch] ?? {}
    const named = { componentBytes: Object.keys(componentBytes), components: allowed, syscalls: calls }
    return (['componentBytes', 'components', 'syscalls'] as const).flatMap((field) =>
      named[field]
        .filter((name) => !known[field].includes(name))
        .map((name) => {
          const near = nearest(name, known[field])
          const problem = `Field "budget.${arch}.${field}": there is no ${what[field]} "${name}"`
          return invalidConfig({ file }, problem, near ? `did you mean "${near}"?` : undefined)
        }),
    )
  })
}
