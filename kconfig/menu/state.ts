/**
 * The state of menuconfig: plain data that `update` maps to the next state for every key, click and resize. Nothing here
 * draws or touches files; what needs the world stands in `request` until the shell around it has done it.
 */
import type { Config } from '../eval/config.ts'
import type { KSymbol, MenuNode } from '../lang/model.ts'

/** What the caller knows about a symbol beyond the tree. */
export interface Annotation {
  /** Why it is on: the line of the app that demands it. */
  readonly why?: string
  /** What it added to the last image. */
  readonly sizeBytes?: number
  /** What stops working without it; asked about before it is switched off. */
  readonly breaks?: readonly string[]
}
export type AnnotateSymbol = (name: string) => Annotation | undefined

/** A key by name: `up`, `enter`, `escape`, `ctrl-r`, `f1`, `space`, or the character it types. Positions count from 0. */
export type Input =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'press' | 'wheel-up' | 'wheel-down'; readonly column: number; readonly row: number }
  | { readonly kind: 'resize'; readonly columns: number; readonly rows: number }

/** A line being typed; `cursor` is an index in `text`. */
export interface LineEdit {
  readonly text: string
  readonly cursor: number
}

/** Something demanded that a change would switch off, and what stops working then. */
export interface Broken {
  readonly name: string
  readonly lines: readonly string[]
}

/** What lies over the menu and takes the keys. */
export type Dialog =
  | {
      readonly kind: 'text'
      readonly title: string
      readonly lines: readonly string[]
      readonly scroll: number
    }
  | { readonly kind: 'search'; readonly line: LineEdit; readonly selected: number }
  | {
      readonly kind: 'value'
      readonly node: MenuNode
      readonly line: LineEdit
      readonly error: string | undefined
    }
  | { readonly kind: 'file'; readonly action: 'save' | 'load'; readonly line: LineEdit }
  /** A change that switches something off that is demanded: `symbol` itself, or what depends on it. */
  | {
      readonly kind: 'breaks'
      readonly symbol: KSymbol
      readonly breaks: readonly Broken[]
      /** The state once the user has agreed. */
      readonly next: MenuState
    }
  /** Leaves with unsaved changes: 0 saves, 1 leaves without, 2 stays. */
  | { readonly kind: 'exit'; readonly button: number; readonly scroll: number }

/** What the shell is asked to do; it answers with `saved`, `loaded` or `failed`, or ends. */
export type Request =
  | { readonly kind: 'save'; readonly file: string; readonly config: Config; readonly thenExit: boolean }
  | { readonly kind: 'load'; readonly file: string }
  | { readonly kind: 'exit' }

/** A page that was left by going deeper. */
export interface Place {
  readonly menu: MenuNode
  readonly cursor: number
  readonly scroll: number
}

export const BUTTONS = ['Select', 'Exit', 'Help', 'Save', 'Load'] as const
export type Button = (typeof BUTTONS)[number]

export interface MenuState {
  /** Never changed in place: setting a value makes a new one. */
  readonly config: Config
  /** As it was last loaded or saved. */
  readonly saved: Config
  readonly file: string
  readonly annotate: AnnotateSymbol
  readonly menu: MenuNode
  readonly cursor: number
  readonly scroll: number
  readonly trail: readonly Place[]
  readonly button: number
  readonly showHidden: boolean
  readonly showWhy: boolean
  readonly dialog: Dialog | undefined
  /** One line at the bottom until the next key. */
  readonly notice: string | undefined
  readonly undo: readonly Config[]
  readonly redo: readonly Config[]
  readonly columns: number
  readonly rows: number
  readonly request: Request | undefined
}

export interface MenuOptions {
  readonly config: Config
  /** Where `save` writes. Default `.config`. */
  readonly file?: string
  readonly annotate?: AnnotateSymbol
  readonly columns?: number
  readonly rows?: number
}

/** The first page. The configuration is copied, not changed. */
export function startMenu({
  config,
  file = '.config',
  annotate,
  columns = 80,
  rows = 24,
}: MenuOptions): MenuState {
  const own = config.clone()
  return {
    config: own,
    saved: own,
    file,
    annotate: annotate ?? (() => undefined),
    menu: config.tree.root,
    cursor: 0,
    scroll: 0,
    trail: [],
    button: 0,
    showHidden: false,
    showWhy: true,
    dialog: undefined,
    notice: undefined,
    undo: [],
    redo: [],
    columns,
    rows,
    request: undefined,
  }
}

/** Answers a save. */
export function saved(state: MenuState, file: string): MenuState {
  const thenExit = state.request?.kind === 'save' && state.request.thenExit
  return {
    ...state,
    saved: state.config,
    file,
    notice: `Saved ${file}`,
    request: thenExit ? { kind: 'exit' } : undefined,
  }
}

/** Answers a load: `config` has the values of the file. */
export function loaded(state: MenuState, file: string, config: Config): MenuState {
  const next = { ...remember(state, config.clone()), file, notice: `Loaded ${file}`, request: undefined }
  return { ...next, saved: next.config }
}

/** Answers a request that could not be done. */
export function failed(state: MenuState, message: string): MenuState {
  return { ...state, notice: message, request: undefined }
}

const UNDO_MAX = 100

/** Puts in another configuration, so that undo brings back this one. */
export function remember(state: MenuState, config: Config): MenuState {
  return { ...state, config, undo: [...state.undo, state.config].slice(-UNDO_MAX), redo: [] }
}
