import { fail, ok, type Diagnostic, type Result } from '../../diag/index.ts'
import { readArchive, readElf, readSymbols, type Archive } from '../../object/index.ts'
import { mixedMachines } from '../diagnostics.ts'
import type { CProgram } from './input.ts'
import { readObjectFile, type ObjectFile } from './object-file.ts'

/** What a name means after the link. */
export type Resolution =
  | { readonly kind: 'defined'; readonly file: ObjectFile; readonly symbol: number; readonly weak: boolean }
  | { readonly kind: 'common'; readonly file: ObjectFile; readonly symbol: number }
  | { readonly kind: 'undefined'; readonly weak: boolean }
  /** An archive member would define it, and nothing asked. */
  | { readonly kind: 'lazy'; readonly archive: number; readonly member: number }

export interface ResolvedLink {
  /** In link order: the objects, then members as they were pulled in. */
  readonly files: readonly ObjectFile[]
  readonly resolutions: ReadonlyMap<string, Resolution>
  /** Sections left out because a COMDAT group of an earlier file stands in for them. */
  readonly discarded: ReadonlyMap<ObjectFile, ReadonlySet<number>>
}

/** What is left to do in a file whose definitions are in the table: its undefined names, in order. */
interface PendingFile {
  readonly file: ObjectFile
  next: number
}

/**
 * Resolves every symbol as ld.lld does: inputs in order, archive members pulled in by strong undefined references
 * only, depth first; strong over weak over nothing; common symbols give way to strong definitions.
 */
export function resolveSymbols(program: CProgram, roots: readonly string[]): Result<ResolvedLink> {
  const files: ObjectFile[] = []
  const resolutions = new Map<string, Resolution>()
  const discarded = new Map<ObjectFile, ReadonlySet<number>>()
  const signatures = new Set<string>()
  const archives: Archive[] = []
  const pulled: Set<number>[] = []
  const problems: Diagnostic[] = []
  const provided = program.provided ?? new Set<string>()

  const load = (bytes: Uint8Array, name: string, origin: ObjectFile['origin']): PendingFile | undefined => {
    const result = readObjectFile(bytes, name, origin, files.length)
    if (!result.ok) {
      problems.push(...result.problems)
      return undefined
    }
    const file = result.value
    const first = files[0]
    if (first && first.elf.machine !== file.elf.machine) {
      problems.push(mixedMachines(file.name, file.elf.machine, first.name, first.elf.machine))
      return undefined
    }
    files.push(file)
    discarded.set(file, claimGroups(file, signatures))
    file.symbols.forEach((_, symbol) => define(file, symbol))
    return { file, next: 0 }
  }

  // A definition in a group that came too late counts here, as it does for ld.lld: no archive is asked instead.
  const define = (file: ObjectFile, index: number) => {
    const symbol = file.symbols[index]
    if (!symbol || symbol.binding === 'local' || symbol.section === 'undefined') return
    const old = resolutions.get(symbol.name)
    const weak = symbol.binding === 'weak'
    if (symbol.section === 'common') {
      if (old?.kind === 'common' || (old?.kind === 'defined' && !old.weak)) return
      resolutions.set(symbol.name, { kind: 'common', file, symbol: index })
    } else if (old?.kind === 'common' ? !weak : old?.kind !== 'defined' || (old.weak && !weak)) {
      resolutions.set(symbol.name, { kind: 'defined', file, symbol: index, weak })
    }
  }

  const pull = (archiveIndex: number, member: number): PendingFile | undefined => {
    const archive = archives[archiveIndex]
    const content = archive?.members[member]
    if (!archive || !content || pulled[archiveIndex]?.has(member)) return undefined
    pulled[archiveIndex]?.add(member)
    return load(content.bytes, `${archive.file}(${content.name})`, 'library')
  }

  /** Takes a reference to `name`; gives the archive member that it pulls in, if any. */
  const refer = (name: string, weak: boolean): PendingFile | undefined => {
    const old = resolutions.get(name)
    if (old?.kind === 'lazy') return weak ? undefined : pull(old.archive, old.member)
    if (!old || (old.kind === 'undefined' && old.weak && !weak))
      resolutions.set(name, { kind: 'undefined', weak })
    return undefined
  }

  /** Takes the references of a file and of all that it pulls in, depth first without recursion. */
  const settle = (start: PendingFile | undefined) => {
    const stack = start ? [start] : []
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const { file } = top
      const symbol = file.symbols[top.next++]
      if (!symbol) {
        stack.pop()
        continue
      }
      if (symbol.binding === 'local' || symbol.section !== 'undefined') continue
      const next = refer(symbol.name, symbol.binding === 'weak')
      if (next) stack.push(next)
    }
  }

  for (const { path, bytes } of program.objects) settle(load(bytes, path, 'app'))
  for (const { path, bytes } of program.extraObjects ?? []) settle(load(bytes, path, 'library'))
  for (const { path, bytes } of program.archives) {
    const archive = readArchive(bytes, path)
    if (!archive.ok) {
      problems.push(...archive.problems)
      continue
    }
    const place = archives.push(archive.value) - 1
    pulled.push(new Set())
    for (const { name, member } of archive.value.index ?? indexOf(archive.value)) {
      if (provided.has(name)) continue
      const old = resolutions.get(name)
      if (old?.kind === 'undefined' && !old.weak) settle(pull(place, member))
      else if (!old || old.kind === 'undefined')
        resolutions.set(name, { kind: 'lazy', archive: place, member })
    }
  }
  for (const root of roots) settle(refer(root, false))
  return problems.length > 0 ? fail(...problems) : ok({ files, resolutions, discarded })
}

/** Claims the signatures of a file's COMDAT groups; gives the sections of those that came too late. */
function claimGroups(file: ObjectFile, signatures: Set<string>): ReadonlySet<number> {
  const dropped = new Set<number>()
  for (const { signature, comdat, members } of file.groups) {
    if (!comdat) continue
    if (signatures.has(signature)) for (const member of members) dropped.add(member)
    else signatures.add(signature)
  }
  return dropped
}

/** The index that `ranlib` would make, for an archive without one. Members that are no objects define nothing. */
function indexOf(archive: Archive): NonNullable<Archive['index']> {
  return archive.members.flatMap((content, member) => {
    const elf = readElf(content.bytes, content.name)
    const symbols = elf.ok ? readSymbols(elf.value) : elf
    if (!symbols.ok) return []
    return symbols.value
      .filter((symbol) => symbol.binding !== 'local' && symbol.section !== 'undefined')
      .map((symbol) => ({ name: symbol.name, member }))
  })
}
