/**
 * What a Kconfig tree is made of. Everything here is fixed once the tree is read: values live in a `Config`
 * (eval/config.ts), so that one tree serves any number of configurations at the same time.
 */
import type { Problem } from './problems.ts'

export type SymbolType = 'unknown' | 'bool' | 'tristate' | 'int' | 'hex' | 'string'

/** n, m and y: the numbers make `&&` the minimum, `||` the maximum and `!` 2 minus the value. */
export type Tristate = 0 | 1 | 2
export const NO = 0
export const MOD = 1
export const YES = 2

export type CompareOp = '=' | '!=' | '<' | '<=' | '>' | '>='

/** A condition or value. `&&` and `||` hold all operands of a run, so that a long one is not a deep one. */
export type Expr =
  | { readonly kind: 'symbol'; readonly symbol: KSymbol }
  | { readonly kind: 'not'; readonly operand: Expr }
  | { readonly kind: 'and'; readonly operands: readonly Expr[] }
  | { readonly kind: 'or'; readonly operands: readonly Expr[] }
  | { readonly kind: 'compare'; readonly op: CompareOp; readonly left: KSymbol; readonly right: KSymbol }

/** Where something was read: the file as it was named to the reader, and the line from 1. */
export interface Place {
  readonly file: string
  readonly line: number
}

/**
 * A configuration symbol, a constant (`"text"`, `y`, `42`) or a choice. `id` counts from 0 in the order of first
 * mention and indexes the arrays of a `Config`.
 */
export interface KSymbol {
  readonly id: number
  readonly kind: 'symbol' | 'constant' | 'choice'
  /** Empty for a choice without a name. */
  readonly name: string
  type: SymbolType
  /** Defined by a `config`, `menuconfig` or `choice` somewhere, not only mentioned. */
  nodes: readonly MenuNode[]
  /** Prompts, defaults, ranges, selects and implies of all definitions, in the order they were read. */
  properties: readonly Property[]
  /** Selects of this symbol by others; in a non-optional choice, nothing. */
  selectedBy: readonly SelectProperty[]
  impliedBy: readonly SelectProperty[]
  /** The choice this symbol is a value of. */
  choice: KSymbol | undefined
  /** Of a choice: its values, in order. */
  values: readonly KSymbol[]
  /** Of a choice: none of its values may be set. */
  optional: boolean
  /** `option allnoconfig_y`: y in allnoconfig. */
  allnoconfigY: boolean
  /** Linux 6.18 `transitional`: read from old files, never written. */
  transitional: boolean
  /** `option env="NAME"`: the value is that environment variable, which no .config can change. */
  env: string | undefined
}

interface PropertyBase extends Place {
  readonly node: MenuNode
  /** The `if` of the property itself; what the enclosing entries add is in `node`. */
  readonly condition: Expr | undefined
}

export interface PromptProperty extends PropertyBase {
  /** `menu` for a `menuconfig` and a `menu`: what follows opens as a page of its own. */
  kind: 'prompt' | 'menu' | 'comment'
  readonly text: string
}
export interface DefaultProperty extends PropertyBase {
  readonly kind: 'default'
  readonly value: Expr
}
export interface RangeProperty extends PropertyBase {
  readonly kind: 'range'
  readonly low: KSymbol
  readonly high: KSymbol
}
/** `select` or `imply`. */
export interface SelectProperty extends PropertyBase {
  readonly kind: 'select' | 'imply'
  readonly selector: KSymbol
  readonly target: KSymbol
}
export type Property = PromptProperty | DefaultProperty | RangeProperty | SelectProperty

/** One entry of the menu tree, in the order of the files. `if` blocks are entries without a prompt. */
export interface MenuNode extends Place {
  /** Index in `Tree.nodes`, which is the tree in pre-order. */
  readonly id: number
  /** `defaults` is a `configdefault`. */
  readonly kind: 'root' | 'menu' | 'comment' | 'if' | 'symbol' | 'choice' | 'defaults'
  readonly parent: MenuNode | undefined
  /** One past the last entry below this one: the entries inside are `nodes[id + 1 .. end - 1]`. */
  end: number
  readonly symbol: KSymbol | undefined
  prompt: PromptProperty | undefined
  /** `depends on`, all of them joined, and the condition of an `if`; without what encloses the entry. */
  dependsOn: Expr | undefined
  /** `visible if` of a menu. */
  visibleIf: Expr | undefined
  help: HelpText | undefined
  /** The selects and implies written here. */
  selects: readonly SelectProperty[]
  /** Written as `menuconfig`. */
  readonly menuconfig: boolean
}

/** A help text, cut out of its file only when somebody reads it. */
export interface HelpText {
  readonly source: string
  readonly start: number
  readonly end: number
  readonly isBlank: boolean
  /** Its first line is not indented: Linux takes that one line, which was probably meant as a statement. */
  readonly startsUnindented: boolean
}

/** What C conf would have printed by now, in order; `fatal` is where it would have stopped with exit code 1. */
export interface ConfOutput {
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
  readonly fatal?: boolean
}

/** A tree that was read. It is always usable, whatever `problems` says. */
export interface Tree {
  readonly root: MenuNode
  readonly nodes: readonly MenuNode[]
  /** All symbols, constants and choices; a symbol's `id` is its index. */
  readonly symbols: readonly KSymbol[]
  readonly byName: ReadonlyMap<string, KSymbol>
  /** What decides whether `m` exists: the symbol marked `modules`, or the constant `n`. */
  readonly modules: KSymbol
  /** Linux 6.12's rules for choices: no tristate and no optional choices. */
  readonly rules: Rules
  /** Names put before symbols in .config; `CONFIG_` in Linux. */
  readonly prefix: string
  /** Every file read, in order, as it was named. */
  readonly files: readonly string[]
  /** Environment variables that the tree asked for, with their values. */
  readonly environment: ReadonlyMap<string, string>
  /** `option defconfig_list`. */
  readonly defconfigList: KSymbol | undefined
  readonly problems: readonly Problem[]
  readonly output: readonly ConfOutput[]
}

export type Rules = '6.1' | '6.12'

/** `mainmenu`, or `Main menu`. */
export function mainMenuTitle(tree: Tree): string {
  return tree.root.prompt?.text ?? 'Main menu'
}
