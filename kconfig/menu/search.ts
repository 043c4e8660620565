/** Search by name, prompt and text of help. */
import type { Config } from '../eval/config.ts'
import type { MenuNode, Tree } from '../lang/model.ts'
import { helpText } from '../lang/scanner.ts'

export interface Match {
  readonly node: MenuNode
  /** What matched best: an exact name comes before part of a name, that before a prompt, that before help. */
  readonly by: 'exact' | 'name' | 'prompt' | 'help'
  /** The line of help that matched. */
  readonly line: string | undefined
}

const ORDER: readonly Match['by'][] = ['exact', 'name', 'prompt', 'help']
const MATCHES_MAX = 500

/** The last answer for each tree: a key press and the screen after it ask the same. */
const last = new WeakMap<Tree, { readonly text: string; readonly matches: readonly Match[] }>()

/** Entries that match, best first. The prefix of .config may stand before a name. Empty text matches nothing. */
export function searchTree({ tree }: Config, text: string): readonly Match[] {
  const known = last.get(tree)
  if (known?.text === text) return known.matches
  const matches = search(tree, text)
  last.set(tree, { text, matches })
  return matches
}

function search({ prefix, nodes }: Tree, text: string): Match[] {
  const wanted = text.trim().toLowerCase()
  const name = wanted.startsWith(prefix.toLowerCase()) ? wanted.slice(prefix.length) : wanted
  if (name === '') return []
  const groups = new Map<Match['by'], Match[]>(ORDER.map((by) => [by, []]))
  for (const node of nodes) {
    const match = matchOf(node, wanted, name)
    if (match !== undefined) groups.get(match.by)?.push(match)
  }
  return ORDER.flatMap((by) => groups.get(by) ?? []).slice(0, MATCHES_MAX)
}

function matchOf(node: MenuNode, wanted: string, name: string): Match | undefined {
  const { symbol, prompt, help } = node
  const own = symbol?.name.toLowerCase() ?? ''
  if (node.kind === 'root' || (symbol === undefined && prompt === undefined)) return undefined
  if (own === name) return { node, by: 'exact', line: undefined }
  if (own.includes(name)) return { node, by: 'name', line: undefined }
  if (prompt?.text.toLowerCase().includes(wanted)) return { node, by: 'prompt', line: undefined }
  if (help === undefined || !helpContains(help.source, help.start, help.end, wanted)) return undefined
  const line = helpText(help)
    .split('\n')
    .find((each) => each.toLowerCase().includes(wanted))
  return line === undefined ? undefined : { node, by: 'help', line: line.trim() }
}

/** A quick look before the text is cut out and cleaned. */
function helpContains(source: string, start: number, end: number, wanted: string): boolean {
  return source.slice(start, end).toLowerCase().includes(wanted)
}
