import { fail, ok, type Result } from '../diag/index.ts'
import { malformedArchive } from './diagnostics.ts'
import { ByteView } from './view.ts'

/** An `ar` archive: member names and the index, with contents as views into the archive's own bytes. */
export interface Archive {
  readonly file: string
  readonly members: readonly ArchiveMember[]
  /** What the members define, in the order of the index; `undefined` when the archive carries none. */
  readonly index: readonly ArchiveSymbol[] | undefined
}

export interface ArchiveMember {
  readonly name: string
  readonly bytes: Uint8Array
}

export interface ArchiveSymbol {
  readonly name: string
  /** Place in `members`. */
  readonly member: number
}

const MAGIC = '!<arch>\n'
const HEADER_BYTES = 60

/**
 * Reads an archive in the System V / GNU form: member headers, long names (`//`), the index (`/` or `/SYM64/`),
 * and BSD long names (`#1/n`). Members are not looked into, so that a large libc costs only its headers.
 */
export function readArchive(bytes: Uint8Array, file: string): Result<Archive> {
  const view = new ByteView(bytes)
  const magic = ascii(view, 0, 8)
  if (magic === '!<thin>\n')
    return fail(malformedArchive(file, 'it is a thin archive, which holds no members'))
  if (magic !== MAGIC) return fail(malformedArchive(file, 'it does not begin with "!<arch>"'))
  const members: ArchiveMember[] = []
  const memberAt = new Map<number, number>()
  let longNames: ByteView | undefined
  let rawIndex: RawIndexEntry[] | undefined
  let at = 8
  while (at + HEADER_BYTES <= bytes.length) {
    const rawName = ascii(view, at, 16).trimEnd()
    const sizeText = ascii(view, at + 48, 10).trimEnd()
    const size = /^\d+$/.test(sizeText) ? Number(sizeText) : -1
    const start = at + HEADER_BYTES
    if (view.u16(at + 58) !== 0x0a60 || !view.holds(start, size))
      return fail(malformedArchive(file, `the member header at byte ${at} makes no sense`))
    const content = view.slice(start, size)
    if (rawName === '/' || rawName === '/SYM64/') rawIndex = readIndex(content, rawName === '/' ? 4 : 8)
    else if (rawName === '//') longNames = new ByteView(content)
    else {
      memberAt.set(at, members.length)
      members.push(memberOf(rawName, content, longNames))
    }
    at = start + size + (size % 2)
  }
  const index: ArchiveSymbol[] = []
  for (const entry of rawIndex ?? []) {
    const member = memberAt.get(entry.offset)
    if (member === undefined)
      return fail(malformedArchive(file, `its index points at byte ${entry.offset}, no member`))
    index.push({ name: entry.name, member })
  }
  return ok({ file, members, index: rawIndex && index })
}

interface RawIndexEntry {
  readonly name: string
  readonly offset: number
}

/** The index: a big-endian count, that many offsets of member headers, that many NUL-terminated names. */
function readIndex(content: Uint8Array, width: 4 | 8): RawIndexEntry[] {
  const view = new ByteView(content)
  const wordAt = (at: number) =>
    width === 4 ? view.u32be(at) : view.u32be(at) * 2 ** 32 + view.u32be(at + 4)
  const count = content.length < width ? 0 : wordAt(0)
  const entries: RawIndexEntry[] = []
  let nameAt = width * (count + 1)
  for (let i = 0; i < count && nameAt < content.length; i++) {
    const name = view.cString(nameAt)
    const end = content.indexOf(0, nameAt)
    if (end < 0) break
    entries.push({ name, offset: wordAt(width * (i + 1)) })
    nameAt = end + 1
  }
  return entries
}

function memberOf(rawName: string, content: Uint8Array, longNames: ByteView | undefined): ArchiveMember {
  const long = /^\/(\d+)$/.exec(rawName)
  if (long && longNames) {
    const start = Number(long[1])
    const end = longNames.bytes.indexOf(0x0a, start)
    const name = ascii(longNames, start, Math.max(0, (end < 0 ? longNames.length : end) - start))
    return { name: name.replace(/\/$/, ''), bytes: content }
  }
  const bsd = /^#1\/(\d+)$/.exec(rawName)
  if (bsd && Number(bsd[1]) <= content.length) {
    const length = Number(bsd[1])
    const name = ascii(new ByteView(content), 0, length).replace(/\0+$/, '')
    return { name, bytes: content.subarray(length) }
  }
  return { name: rawName.replace(/\/$/, ''), bytes: content }
}

function ascii(view: ByteView, at: number, size: number): string {
  return view.holds(at, size) ? new TextDecoder('latin1').decode(view.slice(at, size)) : ''
}
