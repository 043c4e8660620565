/** The words that begin statements and options, in all dialects that the parser reads. */
import type { SymbolType } from './model.ts'

export const TYPES: ReadonlyMap<string, SymbolType> = new Map([
  ['bool', 'bool'],
  ['boolean', 'bool'],
  ['tristate', 'tristate'],
  ['int', 'int'],
  ['integer', 'int'],
  ['hex', 'hex'],
  ['string', 'string'],
])
export const DEFAULT_TYPES: ReadonlyMap<string, SymbolType> = new Map([
  ['def_bool', 'bool'],
  ['def_boolean', 'bool'],
  ['def_tristate', 'tristate'],
  ['def_int', 'int'],
  ['def_hex', 'hex'],
  ['def_string', 'string'],
])

const OPTION_WORDS: ReadonlySet<string> = new Set([
  ...TYPES.keys(),
  ...DEFAULT_TYPES.keys(),
  ...[
    'prompt',
    'default',
    'select',
    'enable',
    'imply',
    'range',
    'modules',
    'transitional',
    'option',
    'optional',
  ],
  ...['depends', 'requires', 'visible', 'help', '---help---'],
])
/** Begins an option of an entry. */
export const isOptionWord = (word: string): boolean => OPTION_WORDS.has(word)

const STATEMENT_WORDS: ReadonlySet<string> = new Set([
  ...['config', 'menuconfig', 'choice', 'comment', 'menu', 'mainmenu', 'if', 'source', 'on'],
  ...['endif', 'endmenu', 'endchoice'],
])

/** Keywords as the one string that this file holds of each: `switch` then compares addresses, not characters. */
const INTERNED: ReadonlyMap<string, string> = new Map(
  [...OPTION_WORDS, ...STATEMENT_WORDS, 'menuconfig', 'configdefault'].map((word) => [word, word]),
)
export const interned = (word: string): string => INTERNED.get(word) ?? word

/** Means something, wherever it stands. */
export const isKeyword = (word: string): boolean => isOptionWord(word) || STATEMENT_WORDS.has(word)
