/**
 * Kconfig: reads the language, evaluates it, explains values, reads and writes configurations. Pure functions over
 * plain data, without dependencies; files, environment and commands are what the caller passes in.
 *
 * ```ts
 * const tree = parseKconfig({ root: 'Kconfig', read: (file) => files.get(file) })
 * const config = createConfig(tree)
 * loadDotconfig(config, '# CONFIG_SMP is not set\n')
 * const smp = symbolNamed(tree, 'SMP')
 * if (smp) explain(config, smp).heldDownBy
 * renderDotconfig(config)
 * ```
 */
import { Config } from './eval/config.ts'
import type { KSymbol, Tree } from './lang/model.ts'

export type { ParseOptions } from './lang/options.ts'
export { parseKconfig } from './lang/parser.ts'
export type { Shell, StartShell } from './lang/macros.ts'
export type {
  CompareOp,
  ConfOutput,
  DefaultProperty,
  Expr,
  HelpText,
  KSymbol,
  MenuNode,
  Place,
  PromptProperty,
  Property,
  RangeProperty,
  Rules,
  SelectProperty,
  SymbolType,
  Tree,
  Tristate,
} from './lang/model.ts'
export { mainMenuTitle, MOD, NO, YES } from './lang/model.ts'
export type { Problem } from './lang/problems.ts'
export { helpText } from './lang/scanner.ts'
export { expressionText } from './lang/text.ts'
export { Config, tristateName, type TristateName } from './eval/config.ts'
export { nextTristate, parseTristate, resetValue, setTristate, setValue } from './eval/assign.ts'
export { defaultValue } from './eval/defaults.ts'
export { planToEnable, type Step } from './eval/enable.ts'
export { explain, type Explanation, type Obstacle, type Origin, type Selector } from './eval/explain.ts'
export {
  mergeFragments,
  type Assignment,
  type Fragment,
  type MergeReport,
  type NotKept,
  type Override,
} from './dotconfig/merge.ts'
export { dotconfigLines, loadDotconfig, type DotconfigProblem, type LoadReport } from './dotconfig/read.ts'
export {
  renderAutoConf,
  renderAutoConfDependencies,
  renderAutoconfHeader,
  renderDefconfig,
  renderDotconfig,
  renderRustcCfg,
} from './dotconfig/write.ts'

export { changesBetween, type Change } from './menu/changes.ts'
export {
  drawMenu,
  hotSpots,
  type HotSpot,
  type Line,
  type Run,
  type Screen,
  type Style,
} from './menu/screen.ts'
export { searchTree, type Match } from './menu/search.ts'
export {
  failed,
  loaded,
  saved,
  startMenu,
  type Annotation,
  type AnnotateSymbol,
  type Input,
  type MenuOptions,
  type MenuState,
  type Request,
} from './menu/state.ts'
export { fulfil, type MenuFiles } from './menu/session.ts'
export { update } from './menu/update.ts'

/** A configuration in which the user has set nothing yet: every symbol has its default. */
export function createConfig(tree: Tree): Config {
  return new Config(tree)
}

/** The symbol of that name, if the tree defines it; mentioning it is not enough. */
export function symbolNamed(tree: Tree, name: string): KSymbol | undefined {
  const symbol = tree.byName.get(name)
  return symbol !== undefined && symbol.nodes.length > 0 ? symbol : undefined
}

/** The names that the tree defines, for suggestions. */
export function definedNames(tree: Tree): string[] {
  return [...tree.byName.values()].filter(({ nodes }) => nodes.length > 0).map(({ name }) => name)
}
