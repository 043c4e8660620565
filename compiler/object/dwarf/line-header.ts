import { ByteCursor, ByteView } from '../view.ts'

/** The head of one unit of .debug_line (DWARF 5, section 6.2.4; 2 to 4 in their own form). */
export interface LineHeader {
  readonly version: number
  readonly addressSize: number
  readonly minimumInstructionLength: number
  readonly lineBase: number
  readonly lineRange: number
  /** Operand counts of the standard opcodes, from opcode 1. */
  readonly operandCounts: readonly number[]
  /** Paths by file number, joined with their folder; `undefined` where numbering starts at 1. */
  readonly files: readonly (string | undefined)[]
  /** Where the program begins, and where the unit ends. */
  readonly programAt: number
  readonly end: number
}

/** The string sections that a DWARF 5 header may point into. */
export interface LineStrings {
  readonly lineStrings: ByteView
  readonly strings: ByteView
}

const CONTENT_PATH = 1
const CONTENT_DIRECTORY = 2

/** Reads one unit's header at `at`. `undefined`: not a version we know, or damaged; `end` is then unknown too. */
export function readLineHeader(view: ByteView, at: number, texts: LineStrings): LineHeader | undefined {
  const cursor = new ByteCursor(view, at)
  const short = cursor.u32()
  const wide = short === 0xffffffff
  const length = wide ? cursor.offset64() : short
  const end = cursor.at + length
  const version = cursor.u16()
  if (view.overrun || end > view.length || version < 2 || version > 5) return undefined
  const addressSize = version >= 5 ? cursor.u8() : 0
  if (version >= 5) cursor.skip(1)
  const headerLength = wide ? cursor.offset64() : cursor.u32()
  const programAt = cursor.at + headerLength
  const minimumInstructionLength = cursor.u8()
  if (version >= 4) cursor.skip(1)
  cursor.skip(1)
  const lineBase = cursor.i8()
  const lineRange = cursor.u8()
  const opcodeBase = cursor.u8()
  const operandCounts = Array.from({ length: Math.max(0, opcodeBase - 1) }, () => cursor.u8())
  const files = version >= 5 ? readFiles5(cursor, wide, texts) : readFiles4(cursor)
  if (view.overrun || !files || programAt > end || lineRange === 0 || opcodeBase === 0) return undefined
  return {
    version,
    addressSize,
    minimumInstructionLength,
    lineBase,
    lineRange,
    operandCounts,
    files,
    programAt,
    end,
  }
}

interface Entry {
  readonly path: string
  readonly directory: number
}

function readFiles5(cursor: ByteCursor, wide: boolean, texts: LineStrings): readonly string[] | undefined {
  const directories = readEntries5(cursor, wide, texts)?.map((entry) => entry.path)
  const files = directories && readEntries5(cursor, wide, texts)
  if (!directories || !files) return undefined
  const base = directories[0] ?? ''
  return files.map(({ path, directory }) => joinPath(base, directories[directory] ?? '', path))
}

function readEntries5(cursor: ByteCursor, wide: boolean, texts: LineStrings): readonly Entry[] | undefined {
  const formats = Array.from({ length: cursor.u8() }, () => ({ content: cursor.uleb(), form: cursor.uleb() }))
  const count = cursor.uleb()
  if (count > 0 && formats.length === 0) return undefined
  const entries: Entry[] = []
  while (entries.length < count && !cursor.view.overrun) {
    let path = ''
    let directory = 0
    for (const { content, form } of formats) {
      const value = readForm(cursor, form, wide, texts)
      if (value === undefined) return undefined
      if (content === CONTENT_PATH && typeof value === 'string') path = value
      if (content === CONTENT_DIRECTORY && typeof value === 'number') directory = value
    }
    entries.push({ path, directory })
  }
  return entries
}

function readFiles4(cursor: ByteCursor): readonly (string | undefined)[] {
  const directories = ['']
  for (let name = cursor.cString(); name !== '' && !cursor.view.overrun; name = cursor.cString())
    directories.push(name)
  const files: (string | undefined)[] = [undefined]
  for (let name = cursor.cString(); name !== '' && !cursor.view.overrun; name = cursor.cString()) {
    files.push(joinPath('', directories[cursor.uleb()] ?? '', name))
    cursor.uleb()
    cursor.uleb()
  }
  return files
}

/** The forms that headers use (DWARF 5, section 6.2.4.1): text, a number, 0 for what is skipped; or unknown. */
function readForm(
  cursor: ByteCursor,
  form: number,
  wide: boolean,
  texts: LineStrings,
): string | number | undefined {
  const offset = () => (wide ? cursor.offset64() : cursor.u32())
  switch (form) {
    case 0x08: // DW_FORM_string
      return cursor.cString()
    case 0x0e: // DW_FORM_strp
      return texts.strings.cString(offset())
    case 0x1f: // DW_FORM_line_strp
      return texts.lineStrings.cString(offset())
    case 0x0b: // DW_FORM_data1
      return cursor.u8()
    case 0x05: // DW_FORM_data2
      return cursor.u16()
    case 0x06: // DW_FORM_data4
      return cursor.u32()
    case 0x07: // DW_FORM_data8
      cursor.skip(8)
      return 0
    case 0x0f: // DW_FORM_udata
      return cursor.uleb()
    case 0x1e: // DW_FORM_data16
      cursor.skip(16)
      return 0
    case 0x09: // DW_FORM_block
      cursor.skip(cursor.uleb())
      return 0
    default:
      return undefined
  }
}

/** `base/folder/name` without `.` and `..` steps; an absolute part drops what stands before it. */
export function joinPath(base: string, folder: string, name: string): string {
  const parts = name.startsWith('/') ? [name] : folder.startsWith('/') ? [folder, name] : [base, folder, name]
  const steps: string[] = []
  for (const step of parts.join('/').split('/')) {
    if (step === '' || step === '.') continue
    if (step === '..' && steps.length > 0 && steps.at(-1) !== '..') steps.pop()
    else steps.push(step)
  }
  return (parts.find((part) => part !== '')?.startsWith('/') ? '/' : '') + steps.join('/')
}
