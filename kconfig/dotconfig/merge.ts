/** Merges configuration fragments in order and says which of their values did not stick, and why. */
import type { Config } from '../eval/config.ts'
import { explain, type Explanation } from '../eval/explain.ts'
import { loadDotconfig, readLines, unquote, type DotconfigProblem } from './read.ts'

export interface Fragment {
  /** For the report: usually the file's name. */
  readonly name: string
  readonly text: string
}

/** A line of a fragment. */
export interface Assignment {
  readonly fragment: string
  readonly line: number
  /** The symbol, without the prefix. */
  readonly name: string
  /** As written, but for the quotes of a string: `y`, `n`, `0x10`, `text`. */
  readonly value: string
}

/** A later fragment said something else. */
export interface Override {
  readonly name: string
  readonly before: Assignment
  readonly after: Assignment
}

/** A value that the configuration does not have in the end. */
export interface NotKept {
  readonly wanted: Assignment
  /** What it is instead; undefined for a symbol that the tree does not define. */
  readonly actual: string | undefined
  readonly why: Explanation | undefined
}

export interface MergeReport {
  readonly overrides: readonly Override[]
  readonly notKept: readonly NotKept[]
  /** Lines that are no assignment, with the fragment they stand in. */
  readonly problems: readonly (DotconfigProblem & { readonly fragment: string })[]
}

/** Replaces the user's values by those of the fragments; where two speak of one symbol, the later counts. */
export function mergeFragments(config: Config, fragments: readonly Fragment[]): MergeReport {
  const { prefix, byName } = config.tree
  const last = new Map<string, Assignment>()
  const overrides: Override[] = []
  const problems: (DotconfigProblem & { fragment: string })[] = []
  for (const { name: fragment, text } of fragments) {
    readLines(text, prefix, {
      assignment(name, written, line) {
        const after: Assignment = { fragment, line, name, value: written }
        const before = last.get(name)
        if (before !== undefined && before.value !== written)
          overrides.push({ name, before: plain(before), after: plain(after) })
        // The latest word on a symbol also comes last in the merged text, where choices look.
        last.delete(name)
        last.set(name, after)
      },
      unexpected(line, content) {
        problems.push({ kind: 'bad-line', line, name: '', message: `unexpected data: ${content}`, fragment })
      },
    })
  }
  const wanted = [...last.values()]
  const text = wanted.map(({ name, value }) =>
    value === 'n' ? `# ${prefix}${name} is not set\n` : `${prefix}${name}=${value}\n`,
  )
  const report = loadDotconfig(config, text.join(''))
  for (const problem of report.problems) {
    const source = wanted[problem.line - 1]
    if (source !== undefined && problem.kind === 'bad-value')
      problems.push({ ...problem, line: source.line, fragment: source.fragment })
  }
  const notKept = wanted.map(plain).flatMap((assignment): NotKept[] => {
    const symbol = byName.get(assignment.name)
    if (symbol === undefined || symbol.nodes.length === 0) {
      return assignment.value === 'n' ? [] : [{ wanted: assignment, actual: undefined, why: undefined }]
    }
    const actual = config.value(symbol)
    return actual === assignment.value ? [] : [{ wanted: assignment, actual, why: explain(config, symbol) }]
  })
  return { overrides, notKept, problems }
}

function plain(assignment: Assignment): Assignment {
  const { value } = assignment
  return value.startsWith('"') ? { ...assignment, value: unquote(value) ?? value } : assignment
}
