import type { Diagnostic } from '../diag/index.ts'
import { doorOpcode, PF, PT } from '../object/index.ts'
import { badEntry, callSetMismatch, forbiddenOpcode, missingBootHeader, writableCode } from './diagnostics.ts'
import type { Image } from './image.ts'
import { findKernelEntries } from './opcodes.ts'

/** What the image must be, as the earlier stages know it. */
export interface LinkExpectation {
  /** System calls that the analysis of the app found, by canonical name. */
  readonly syscalls: readonly string[]
  /** Calls that may be linked without the app's asking: those that libc refers to weakly, and components make. */
  readonly optionalSyscalls?: readonly string[]
  /** Tells 32-bit code in a 64-bit image: the boot stub. */
  readonly is32?: (address: bigint) => boolean
  /** Tells code that may enter the kernel by the flavour's instruction: the app's, in an image with the trap door. */
  readonly mayTrap?: (address: bigint) => boolean
}

export type BootProtocol = 'pvh' | 'multiboot'

const CALL_PREFIX = 'az_sys_'

/** XEN_ELFNOTE_PHYS32_ENTRY: the note by which PVH finds its entry. */
const PVH_ENTRY_NOTE = 18

/** Multiboot 1: a header in the first 8 KiB, aligned to 4, whose first three words sum to 0. */
const MULTIBOOT_MAGIC = 0x1badb002
const MULTIBOOT_SEARCH_BYTES = 8192

/** Holds a linked, unstripped image against what the build expected; no diagnostics means it may ship. */
export function checkLink(image: Image, expected: LinkExpectation): readonly Diagnostic[] {
  const { file } = image.elf
  const entries = findKernelEntries(image, expected.is32).filter(
    ({ opcode, address }) => opcode !== doorOpcode[image.elf.machine] || !expected.mayTrap?.(address),
  )
  return [
    ...entries.map((one) => forbiddenOpcode(file, one.opcode, one.symbol, one.address)),
    ...checkSegments(image),
    ...checkCalls(image, expected),
  ]
}

/** Holds the file that is booted (the stripped one) against the protocols it must serve. */
export function checkBoot(image: Image, protocols: readonly BootProtocol[]): readonly Diagnostic[] {
  return protocols.flatMap((protocol) => checkBootHeader(image, protocol))
}

/** The system calls that the image defines, by canonical name, sorted. Needs symbols. */
export function linkedSyscalls(image: Image): readonly string[] {
  const names = image.symbols
    .filter((one) => one.name.startsWith(CALL_PREFIX) && one.section !== 'undefined')
    .map((one) => one.name.slice(CALL_PREFIX.length))
  return [...new Set(names)].filter((name) => name !== 'dynamic').sort()
}

function checkCalls(
  image: Image,
  { syscalls, optionalSyscalls = [] }: LinkExpectation,
): readonly Diagnostic[] {
  const linked = linkedSyscalls(image)
  const missing = syscalls.filter((name) => !linked.includes(name)).toSorted()
  const extra = linked.filter((name) => !syscalls.includes(name) && !optionalSyscalls.includes(name))
  return missing.length + extra.length > 0 ? [callSetMismatch(image.elf.file, missing, extra)] : []
}

function checkSegments(image: Image): readonly Diagnostic[] {
  const { file, entry } = image.elf
  const loads = image.segments.filter((one) => one.type === PT.LOAD)
  const both = loads.filter((one) => one.flags & PF.W && one.flags & PF.X)
  // A boot protocol may enter at a physical address, before paging maps the linked one.
  const holdsEntry = loads.some((one) => {
    const into = [entry - one.virtualAddress, entry - one.physicalAddress]
    return one.flags & PF.X && into.some((offset) => offset >= 0n && offset < BigInt(one.fileSize))
  })
  return [
    ...both.map((one) => writableCode(file, one.virtualAddress)),
    ...(holdsEntry ? [] : [badEntry(file, entry)]),
  ]
}

function checkBootHeader(image: Image, protocol: BootProtocol): readonly Diagnostic[] {
  const { file } = image.elf
  switch (protocol) {
    case 'pvh': {
      const found = image.notes.some((note) => note.name === 'Xen' && note.type === PVH_ENTRY_NOTE)
      return found ? [] : [missingBootHeader(file, 'PVH', 'note of type 18 named "Xen"')]
    }
    case 'multiboot':
      return hasMultibootHeader(image)
        ? []
        : [missingBootHeader(file, 'Multiboot', 'header in its first 8192 bytes')]
  }
}

function hasMultibootHeader({ elf: { view } }: Image): boolean {
  for (let at = 0; at + 12 <= Math.min(view.length, MULTIBOOT_SEARCH_BYTES); at += 4) {
    if (view.u32(at) !== MULTIBOOT_MAGIC) continue
    if ((view.u32(at) + view.u32(at + 4) + view.u32(at + 8)) % 2 ** 32 === 0) return true
  }
  return false
}
