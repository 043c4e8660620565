/** The lines of a page: what stands in a menu, with the marks that the kernel's menuconfig uses. */
import type { Config } from '../eval/config.ts'
import { isMenuVisible } from '../eval/visible.ts'
import { arrange } from '../lang/arrange.ts'
import { YES, MOD, type KSymbol, type MenuNode } from '../lang/model.ts'
import type { MenuState } from './state.ts'

export interface Row {
  readonly node: MenuNode
  /** Levels below the page's own entries. */
  readonly depth: number
  /** `[*]`, `<M>`, `-*-`, `(value)`, or empty. */
  readonly mark: string
  readonly text: string
  /** Enter opens a page. */
  readonly opens: boolean
  readonly isNew: boolean
  /** Shown only because hidden entries are. */
  readonly isHidden: boolean
}

/** The rows of the current page. */
export function rowsOf(state: MenuState): Row[] {
  const { config, menu, showHidden } = state
  const { layout } = arrange(config.tree)
  const found: Row[] = []
  const visit = (node: MenuNode, depth: number): void => {
    for (const child of layout.children(node)) {
      if (child.prompt === undefined && child.symbol?.kind !== 'symbol') continue
      const isHidden = !isMenuVisible(config, layout, child)
      if (isHidden && !showHidden) continue
      const row = rowOf(config, child, depth, isHidden, menu)
      found.push(row)
      if (!row.opens) visit(child, depth + 1)
    }
  }
  visit(menu, 0)
  return found
}

function rowOf(config: Config, node: MenuNode, depth: number, isHidden: boolean, page: MenuNode): Row {
  const { symbol, prompt } = node
  const text = prompt?.text ?? symbol?.name ?? ''
  const plain = { node, depth, mark: '', isNew: false, isHidden }
  if (symbol === undefined) {
    if (node.kind === 'comment') return { ...plain, text: `*** ${text} ***`, opens: false }
    return { ...plain, text, opens: true }
  }
  const isNew = !config.hasUserValue(symbol) && config.isChangeable(symbol)
  if (symbol.kind === 'choice') {
    const chosen = config.chosen(symbol)
    const [entry] = chosen?.nodes ?? []
    const shown = chosen === undefined ? text : `${text} (${entry?.prompt?.text ?? chosen.name})`
    return { ...plain, mark: choiceMark(config, symbol), text: shown, opens: true, isNew }
  }
  const opens = node.menuconfig && node.prompt?.kind === 'menu'
  const isRadio =
    page.symbol !== undefined && symbol.choice === page.symbol && config.tristate(page.symbol) === YES
  return { ...plain, mark: isRadio ? radioMark(config, symbol) : markOf(config, symbol), text, opens, isNew }
}

const LETTERS = [' ', 'M', '*'] as const

function radioMark(config: Config, symbol: KSymbol): string {
  return config.tristate(symbol) === YES ? '(X)' : '( )'
}

/** A choice shows a mark of its own only when it can be more than on. */
function choiceMark(config: Config, choice: KSymbol): string {
  if (!config.isChangeable(choice)) return ''
  const letter = LETTERS[config.tristate(choice)]
  return config.effectiveType(choice) === 'bool' ? (choice.optional ? `[${letter}]` : '') : `<${letter}>`
}

function markOf(config: Config, symbol: KSymbol): string {
  if (symbol.type !== 'bool' && symbol.type !== 'tristate') return `(${config.value(symbol)})`
  const letter = LETTERS[config.tristate(symbol)]
  if (!config.isChangeable(symbol)) return `-${letter === ' ' ? ' ' : letter}-`
  if (config.effectiveType(symbol) === 'bool') return `[${letter}]`
  return config.selected(symbol) === MOD ? `{${letter}}` : `<${letter}>`
}

/** A page that Enter opens has something in it. */
export function isEmptyPage(state: MenuState, node: MenuNode): boolean {
  const { layout } = arrange(state.config.tree)
  return !layout.children(node).some((child) => isMenuVisible(state.config, layout, child))
}
