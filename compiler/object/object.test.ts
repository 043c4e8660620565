import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWorkshop, TEST_ARCHES, type TestArch, type Workshop } from '../../test/support/compile.ts'
import {
  lineAt,
  readArchive,
  readElf,
  readInlineTable,
  readLineTable,
  readNotes,
  readRelocations,
  readSymbols,
  relocationSections,
  type Elf,
} from './index.ts'

const SOURCE = `int shared;
extern int far(int);
static __attribute__((noinline)) int near(int x)
{
    return far(x) + 1;
}
int start(int x)
{
    shared = x;
    return near(x);
}
`

const VERSIONS = ['-gdwarf-5', '-gdwarf-4', '-gdwarf-3', '-gdwarf-2', '-gline-tables-only']
const DWARF_FLAGS = { i386: VERSIONS, x86_64: [...VERSIONS, '-gdwarf64 -gdwarf-5'] } as const

let shop: Workshop
const objects = new Map<TestArch, string>()

beforeAll(async () => {
  shop = openWorkshop('object')
  for (const arch of TEST_ARCHES) objects.set(arch, await shop.compile(arch, 'unit.c', SOURCE))
})
afterAll(() => shop.remove())

function objectOf(arch: TestArch): Elf {
  const elf = readElf(shop.read(objects.get(arch) ?? ''), 'unit.o')
  if (!elf.ok) throw new Error(elf.problems[0]?.message)
  return elf.value
}

function valueOf<T>(result: { ok: true; value: T } | { ok: false }): T {
  if (!result.ok) throw new Error('no value')
  return result.value
}

describe.each(TEST_ARCHES)('a %s object', (arch) => {
  test('gives its machine, sections and symbols', () => {
    const elf = objectOf(arch)
    expect([elf.machine, elf.type, elf.bits]).toEqual([arch, 'relocatable', arch === 'i386' ? 32 : 64])
    const symbols = valueOf(readSymbols(elf))
    const named = symbols.filter((one) => ['start', 'near', 'far', 'shared'].includes(one.name))
    expect(
      named.map((one) => [
        one.name,
        one.binding,
        one.type,
        typeof one.section === 'number' ? elf.sections[one.section]?.name : one.section,
      ]),
    ).toEqual([
      ['near', 'local', 'function', '.text.near'],
      ['start', 'global', 'function', '.text.start'],
      ['shared', 'global', 'object', '.bss.shared'],
      ['far', 'global', 'none', 'undefined'],
    ])
  })

  test('gives the relocations of a function', () => {
    const elf = objectOf(arch)
    const symbols = valueOf(readSymbols(elf))
    const section = elf.sections.find((one) => one.name === '.text.near')
    const table = relocationSections(elf).get(section?.index ?? -1)
    if (!table) throw new Error('no relocations')
    const [call] = valueOf(readRelocations(elf, table))
    expect([symbols[call?.symbol ?? 0]?.name, call?.addend]).toEqual(['far', -4])
  })

  test('gives the line of every function, before linking and after', async () => {
    const elf = objectOf(arch)
    const table = readLineTable(elf)
    expect(table.complete).toBe(true)
    const lineIn = (name: string) => lineAt(table, 0n, elf.sections.find((one) => one.name === name)?.index)
    const file = `${shop.folder}/${arch}/unit.c`
    expect(lineIn('.text.near')).toMatchObject({ file, line: 4 })
    expect(lineIn('.text.start')).toMatchObject({ file, line: 8 })

    const output = `${shop.folder}/${arch}/linked`
    const far = await shop.compile(
      arch,
      'far.c',
      'int far(int x) { return x; }\nint dead(void) { return 1; }\n',
    )
    await shop.link(arch, [
      objects.get(arch) ?? '',
      far,
      '-e',
      'start',
      '--gc-sections',
      '--build-id',
      '-o',
      output,
    ])
    const linked = valueOf(readElf(shop.read(output), 'linked'))
    const lines = readLineTable(linked)
    const linesOf = valueOf(readSymbols(linked))
      .filter((one) => one.type === 'function')
      .map((one) => [one.name, lineAt(lines, one.value)?.line])
    expect(Object.fromEntries(linesOf)).toEqual({ near: 4, start: 8, far: 1 })
    expect(lines.sequences).toHaveLength(3)
    expect(valueOf(readNotes(linked)).map((note) => [note.name, note.type])).toEqual([['GNU', 3]])
  })

  test.each(DWARF_FLAGS[arch])('gives lines with %s', async (flags) => {
    const path = await shop.compile(arch, `${flags.replaceAll(' ', '')}.c`, SOURCE, flags.split(' '))
    const elf = valueOf(readElf(shop.read(path), path))
    const table = readLineTable(elf)
    const section = elf.sections.find((one) => one.name === '.text.start')?.index
    expect([table.complete, lineAt(table, 0n, section)?.line]).toEqual([true, 8])
  })

  test('never throws on a damaged file', () => {
    const bytes = shop.read(objects.get(arch) ?? '')
    const change = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255) })
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 8 }),
        fc.option(fc.nat(bytes.length)),
        (changes, cut) => {
          const damaged = bytes.slice(0, cut ?? bytes.length)
          for (const { at, byte } of changes) damaged[at] = byte
          readEverything(damaged)
        },
      ),
      { numRuns: 1500 },
    )
  })
})

test('an archive gives members by long and short names, and its index', async () => {
  const long = await shop.compile('i386', 'a_name_longer_than_sixteen.c', 'int one(void) { return 1; }')
  const archive = await shop.archive('lib.a', [objects.get('i386') ?? '', long])
  const { members, index } = valueOf(readArchive(shop.read(archive), archive))
  expect(members.map((member) => member.name)).toEqual(['unit.c.o', 'a_name_longer_than_sixteen.c.o'])
  expect(members[0]?.bytes).toEqual(shop.read(objects.get('i386') ?? ''))
  expect(index).toEqual([
    { name: 'start', member: 0 },
    { name: 'shared', member: 0 },
    { name: 'one', member: 1 },
  ])
})

test('the readers never throw on a damaged archive', async () => {
  const bytes = shop.read(await shop.archive('fuzz.a', [...objects.values()]))
  const change = fc.record({ at: fc.nat(400), byte: fc.nat(255) })
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
      const damaged = bytes.slice()
      for (const { at, byte } of changes) damaged[at] = byte
      readArchive(damaged, 'fuzz.a')
    }),
    { numRuns: 2000 },
  )
})

test('the readers never throw on arbitrary bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      readEverything(bytes)
      readArchive(bytes, 'any')
      readArchive(new Uint8Array([...'!<arch>\n'].map((c) => c.charCodeAt(0)).concat([...bytes])), 'any')
    }),
  )
})

test.each([
  ['empty', new Uint8Array(0), 'object/not-elf'],
  [
    'LLVM bitcode',
    new Uint8Array(64).fill(0).map((_, i) => [0x42, 0x43, 0xc0, 0xde][i] ?? 0),
    'object/not-elf',
  ],
  ['a truncated header', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 1, 1]), 'object/not-elf'],
])('%s is reported as what it is', (name, bytes, code) => {
  const result = readElf(bytes, 'x.o')
  expect(result.ok ? [] : result.problems.map((one) => one.code)).toEqual([code])
  if (name.startsWith('LLVM')) expect(result.ok ? '' : result.problems[0]?.message).toContain('LLVM bitcode')
})

test('headers that point outside the file are a damaged ELF file', () => {
  const bytes = shop.read(objects.get('i386') ?? '').slice(0, 200)
  const result = readElf(bytes, 'x.o')
  expect(result.ok ? [] : result.problems.map((one) => one.code)).toEqual(['object/malformed-elf'])
})

test('a thin archive is refused', () => {
  const result = readArchive(new TextEncoder().encode('!<thin>\n'), 'x.a')
  expect(result.ok ? [] : result.problems.map((one) => one.code)).toEqual(['object/malformed-archive'])
})

function readEverything(bytes: Uint8Array): void {
  const elf = readElf(bytes, 'fuzz.o')
  if (!elf.ok) return
  readSymbols(elf.value)
  readNotes(elf.value)
  for (const table of relocationSections(elf.value).values()) readRelocations(elf.value, table)
  const lines = readLineTable(elf.value)
  for (const section of elf.value.sections) lineAt(lines, 3n, section.index)
  readInlineTable(elf.value).inlinedAt(3n)
}
