import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWorkshop, TEST_ARCHES, type TestArch, type Workshop } from '../../test/support/compile.ts'
import { stripElf } from '../image/index.ts'
import {
  attributeSizes,
  checkBoot,
  checkDynamicCallers,
  checkLink,
  compareSizes,
  symbolSizes,
  findKernelEntries,
  linkedSyscalls,
  parseLinkMap,
  readImage,
  renderFrame,
  symbolize,
  type Image,
  type LinkMap,
  type SizeReport,
} from './index.ts'

const APP = `int write(int, const char *, int);
const char greeting[] = "Hello, World!";
char buffer[5000];
static __attribute__((noinline)) int say(const char *s, int n)
{
    return write(1, s, n) + 1;
}
int main(void)
{
    buffer[3] = 1;
    return say(greeting, 13) + say("bye", 3);
}
`
const LIBC =
  'long az_sys_write(int, const char *, int); int write(int a, const char *b, int c) { return az_sys_write(a, b, c); }'
const KERNEL = `int main(void); int ticks = 7; const char *volatile label = "bye"; long az_sys_write(int a, const char *b, int c) { ticks += c; return c + b[0]; }
void start(void) { main(); ticks += *label; for (;;); }`
const BOOT = `.section .note.Xen,"a",@note
.balign 4
.long 4, 4, 18
.asciz "Xen"
.long start
.section .multiboot,"aR",@progbits
.balign 4
.long 0x1badb002, 0, -0x1badb002
`

let shop: Workshop
beforeAll(() => {
  shop = openWorkshop('link')
})
afterAll(() => shop.remove())

interface Linked {
  readonly unstripped: Image
  readonly stripped: Image
  readonly map: LinkMap
}

function valueOf<T>(result: { ok: true; value: T } | { ok: false; problems: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.value
}

interface LinkChange {
  readonly app?: string
  readonly kernel?: string
  readonly options?: readonly string[]
}

/** Links an image of its own, in a folder called `name`. */
async function link(arch: TestArch, name: string, change: LinkChange = {}): Promise<Linked> {
  const { app = APP, kernel = KERNEL, options = [] } = change
  const libc = await shop.compile(arch, `${name}/write.c`, LIBC)
  const objects = [
    await shop.compile(arch, `${name}/boot.s`, BOOT),
    await shop.compile(arch, `${name}/main.c`, app),
    await shop.compile(arch, `${name}/kernel.c`, kernel),
    await shop.archive(`${arch}/${name}/libc.a`, [libc]),
  ]
  const image = imagePath(arch, name)
  const common = ['-e', 'start', '--gc-sections', '--build-id', '-u', 'main', '-z', 'max-page-size=4096']
  await shop.link(arch, [...common, ...options, ...objects, `-Map=${image}.map`, '-o', image])
  await shop.link(arch, [...common, ...options, ...objects, '-s', '-o', `${image}.stripped`])
  return {
    unstripped: valueOf(readImage(shop.read(image), 'image')),
    stripped: valueOf(readImage(shop.read(`${image}.stripped`), 'image.stripped')),
    map: valueOf(parseLinkMap(new TextDecoder().decode(shop.read(`${image}.map`)), 'image.map')),
  }
}

function imagePath(arch: TestArch, name: string): string {
  return `${shop.folder}/${arch}/${name}/image`
}

function sizesOf({ unstripped, stripped, map }: Linked, readFile?: (path: string) => Uint8Array): SizeReport {
  return attributeSizes({
    unstripped,
    stripped,
    map,
    ...(readFile ? { readFile } : {}),
    ownerOf: (object) =>
      object.includes('libc.a(')
        ? { kind: 'libc', name: 'libc' }
        : object.endsWith('main.c.o')
          ? { kind: 'app', name: 'app' }
          : { kind: 'component', name: object.endsWith('boot.s.o') ? 'boot' : 'core' },
  })
}

describe.each(TEST_ARCHES)('%s', (arch) => {
  let linked: Linked
  beforeAll(async () => {
    linked = await link(arch, 'usual')
  })

  test('every byte of the stripped file has one owner', () => {
    const report = sizesOf(linked)
    const total = shop.read(`${imagePath(arch, 'usual')}.stripped`).length
    expect(report.bytes).toBe(total)
    expect(report.parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(total)
    for (const part of report.parts)
      expect(part.symbols.reduce((sum, one) => sum + one.bytes, 0)).toBe(part.bytes)
    expect(report.parts.map((part) => part.owner.name).toSorted()).toEqual([
      'app',
      'boot',
      'core',
      'headers',
      'libc',
      'padding',
      'shared',
    ])
    const app = report.parts.find((part) => part.owner.kind === 'app')
    expect(app?.zeroBytes).toBe(5000)
    expect(app?.symbols.map((one) => one.name).toSorted()).toEqual(['greeting', 'main', 'say'])
    expect(app?.symbols.find((one) => one.name === 'greeting')?.bytes).toBe(14)
    expect(report.parts.find((part) => part.owner.kind === 'libc')?.symbols.map((one) => one.name)).toEqual([
      'write',
    ])
    const shared = report.parts.find((part) => part.owner.kind === 'shared')
    expect(shared?.symbols).toContainEqual({ name: '.rodata.str1.1', object: '<internal>', bytes: 4 })
  })

  test('a merged string goes to the owner who alone has it, one that two have is shared', async () => {
    const app = `int write(int, const char *, int); int main(void) { return write(1, "only the app", 12) + write(1, "both", 4); }`
    const kernel = KERNEL.replace('"bye"', '"both"')
    const report = sizesOf(await link(arch, 'strings', { app, kernel }), shop.read)
    const strings = report.parts.flatMap((part) =>
      part.symbols
        .filter((one) => one.name.startsWith('.rodata.str'))
        .map((one) => [part.owner.name, one.bytes]),
    )
    expect(strings.toSorted()).toEqual([
      ['app', 13],
      ['shared', 5],
    ])
    expect(report.parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(report.bytes)
  })

  test('the bootable part alone, without sections, is attributed as well', () => {
    const bytes = stripElf(shop.read(imagePath(arch, 'usual')), 'image')
    const stripped = valueOf(readImage(bytes, 'image.boot'))
    const report = sizesOf({ ...linked, stripped })
    expect(report.bytes).toBe(bytes.length)
    expect(report.parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(bytes.length)
    const app = report.parts.find((part) => part.owner.kind === 'app')
    expect(app?.symbols.map((one) => one.name).toSorted()).toEqual(['greeting', 'main', 'say'])
    expect(stripped.buildId).toBe(linked.unstripped.buildId)
  })

  test('an image as expected passes every gate', () => {
    expect(checkLink(linked.unstripped, { syscalls: ['write'] })).toEqual([])
    expect(checkBoot(linked.stripped, ['pvh', 'multiboot'])).toEqual([])
    expect(linkedSyscalls(linked.unstripped)).toEqual(['write'])
    expect(linked.unstripped.buildId).toMatch(/^[0-9a-f]{16}$/)
  })

  test('system calls other than predicted are reported both ways', () => {
    const problems = checkLink(linked.unstripped, { syscalls: ['read', 'open'] })
    expect(problems.map((one) => [one.code, one.because])).toEqual([
      ['link/syscall-mismatch', ['predicted and not linked: open, read', 'linked and not predicted: write']],
    ])
    const optional = { syscalls: [], optionalSyscalls: ['write'] }
    expect(checkLink(linked.unstripped, optional)).toEqual([])
  })

  test('boot headers that are missing are reported', async () => {
    const path = `${shop.folder}/${arch}/plain`
    await shop.link(arch, [
      await shop.compile(arch, 'plain.c', 'void start(void) {}'),
      '-e',
      'start',
      '-o',
      path,
    ])
    const image = valueOf(readImage(shop.read(path), 'plain'))
    const problems = checkBoot(image, ['pvh', 'multiboot'])
    expect(problems.map((one) => one.code)).toEqual(['link/missing-boot-header', 'link/missing-boot-header'])
    expect(problems.map((one) => one.message)).toEqual([
      'The image has no note of type 18 named "Xen", which PVH needs',
      'The image has no header in its first 8192 bytes, which Multiboot needs',
    ])
  })

  test('code that may be written, and an entry outside the code, are reported', async () => {
    const writable = (await link(arch, 'writable', { options: ['--omagic'] })).unstripped
    expect(checkLink(writable, { syscalls: ['write'] }).map((one) => one.code)).toEqual([
      'link/writable-code',
    ])
    const astray = (await link(arch, 'astray', { options: ['-e', 'greeting'] })).unstripped
    expect(checkLink(astray, { syscalls: ['write'] }).map((one) => one.code)).toEqual(['link/bad-entry'])
  })

  test('finds instructions that enter a kernel, and no others', async () => {
    const app = `int main(void) { volatile int x = 0x050f; x += 0x80cd; x = 0x340f0f05; return x; }
      void direct(void) { __asm__ volatile("mov $0x80cd, %eax; int $0x80"); }
      void prefixed(void) { __asm__ volatile("nop; rep; syscall"); }
      void quick(void) { __asm__ volatile("sysenter"); }`
    const path = `${shop.folder}/${arch}/kernel-entries`
    await shop.link(arch, [await shop.compile(arch, 'entries.c', app), '-e', 'main', '-o', path])
    const image = valueOf(readImage(shop.read(path), 'image'))
    expect(findKernelEntries(image).map((one) => [one.symbol, one.opcode])).toEqual([
      ['direct', 'int 0x80'],
      ['prefixed', 'syscall'],
      ['quick', 'sysenter'],
    ])
    const [first] = checkLink(image, { syscalls: [] })
    expect(first?.code).toBe('link/forbidden-opcode')
    expect(first?.message).toMatch(/^The function "direct" executes a `int 0x80` instruction at 0x/)
    const refused = (mayTrap: boolean) =>
      checkLink(image, { syscalls: [], mayTrap: () => mayTrap }).flatMap(
        ({ message }) => message.match(/^The function "(\w+)" executes/)?.slice(1) ?? [],
      )
    expect(refused(false)).toEqual(['direct', 'prefixed', 'quick'])
    expect(refused(true)).toEqual(arch === 'x86_64' ? ['direct', 'quick'] : ['prefixed', 'quick'])
  })

  test('an address becomes a function and a line', () => {
    const image = linked.unstripped
    const say = image.symbols.find((one) => one.name === 'say')?.value ?? 0n
    const after = image.ranges.find((one) => one.name === 'say')?.end ?? 0n
    const frames = symbolize(
      image,
      [
        { address: say, kind: 'exact' },
        { address: after, kind: 'return' },
        { address: 16n, kind: 'exact' },
      ],
      (path) => path.replace(/^.*\//, ''),
    )
    expect(frames.map(({ symbol, span }) => [symbol, span])).toEqual([
      ['say', { file: 'main.c', line: 5 }],
      ['say', { file: 'main.c', line: 6 }],
      [undefined, undefined],
    ])
    expect(renderFrame(frames[0] as never)).toBe(`0x${say.toString(16)} say at main.c:5`)
    expect(renderFrame(frames[2] as never)).toBe('0x10 not in the image')
    const inner = { address: 16n, symbol: 'deep', inlined: true, offset: 0, span: { file: 'a.c', line: 4 } }
    expect(renderFrame(inner)).toBe('0x10 deep (inlined) at a.c:4')
  })

  test.each(['-gdwarf-5', '-gdwarf-4', '-gline-tables-only'])(
    'inlined calls are frames of their own, %s',
    async (flag) => {
      const source = `extern volatile int sink;
static inline __attribute__((always_inline)) void deep(int x)
{
    sink = x;
}
static inline __attribute__((always_inline)) void middle(int x)
{
    if (x > 3) deep(x + 1);
    sink += 2;
}
volatile int sink;
void start(int x)
{
    sink = 1;
    middle(x);
}
`
      const path = `${shop.folder}/${arch}/inlined`
      const other = await shop.compile(arch, 'other.c', 'int other(void) { return 4; }', [flag])
      const object = await shop.compile(arch, 'inlined.c', source, [flag])
      await shop.link(arch, [other, object, '-e', 'start', '-u', 'other', '-o', path])
      const image = valueOf(readImage(shop.read(path), 'inlined'))
      const range = image.ranges.find((one) => one.name === 'start')
      const seen = new Set<string>()
      for (let address = range?.start ?? 0n; address < (range?.end ?? 0n); address++) {
        const frames = symbolize(image, [{ address, kind: 'exact' }], (file) => file.replace(/^.*\//, ''))
        seen.add(frames.map((one) => `${one.symbol}${one.inlined ? '*' : ''}:${one.span?.line}`).join(' '))
      }
      expect([...seen].filter((one) => one.includes('*'))).toEqual(
        expect.arrayContaining(['deep*:4 middle*:8 start:15', 'middle*:9 start:15']),
      )
      expect([...seen]).toContain('start:14')
    },
  )

  test('a damaged image never throws', () => {
    const bytes = shop.read(imagePath(arch, 'usual'))
    const main = linked.unstripped.symbols.find((one) => one.name === 'main')?.value ?? 0n
    const change = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255) })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const damaged = bytes.slice()
        for (const { at, byte } of changes) damaged[at] = byte
        const image = readImage(damaged, 'damaged')
        if (!image.ok) return
        symbolize(image.value, [{ address: main, kind: 'exact' }])
        checkLink(image.value, { syscalls: [] })
        checkBoot(image.value, ['pvh', 'multiboot'])
        sizesOf({ unstripped: image.value, stripped: image.value, map: linked.map })
      }),
      { numRuns: 1000 },
    )
  })

  test('what grew between two builds is listed by symbol', async () => {
    const before = symbolSizes(sizesOf(linked))
    const after = symbolSizes(
      sizesOf(await link(arch, 'grown', { app: APP.replace('"Hello, World!"', '"Hello, wide World!"') })),
    )
    expect(compareSizes(before, after).filter((one) => one.owner === 'app')).toEqual([
      { owner: 'app', symbol: 'greeting', before: 14, after: 19 },
    ])
    expect(compareSizes(before, before)).toEqual([])
  })

  test('only the known members may make calls with a computed number', async () => {
    const source = 'long az_sys_dynamic(long, ...); long call(long n) { return az_sys_dynamic(n); }'
    const members = [
      await shop.compile(arch, 'syscall.c', source),
      await shop.compile(arch, 'rogue.c', source.replace('call(', 'rogue(')),
      await shop.compile(arch, 'plain.c', 'int plain(void) { return 1; }'),
    ]
    const archive = await shop.archive(`${arch}/dynamic.a`, members)
    const problems = checkDynamicCallers(shop.read(archive), 'libc.a', new Set(['syscall.c.o']))
    expect(problems.map((one) => [one.code, one.message])).toEqual([
      [
        'link/dynamic-syscall',
        'libc.a(rogue.c.o) makes a system call whose number is known only at run time',
      ],
    ])
  })
})

test('a link map tells bytes of the script from room it leaves', () => {
  const text = `             VMA              LMA     Size Align Out     In      Symbol
ffffffff80100000           100000     1010    16 .text
ffffffff80100000           100000        8     1         QUAD ( 0x1234 )
ffffffff80100008           100008      ff8     1         . = ALIGN ( 0x1000 )
ffffffff80101000           101000       10    16         out/libc.a(puts.o):(.text.puts)
ffffffff80101000           101000       10     1                 puts
ffffffff80101010           101010        0     1         az_text_end = .
`
  expect(
    valueOf(parseLinkMap(text, 'x.map')).placed.map((one) => [one.object, one.section, one.size]),
  ).toEqual([
    ['<script>', 'QUAD ( 0x1234 )', 8],
    ['<gap>', '. = ALIGN ( 0x1000 )', 0xff8],
    ['out/libc.a(puts.o)', '.text.puts', 16],
  ])
})

test('a text that is no link map is refused with its line', () => {
  const first = parseLinkMap('something\n', 'x.map')
  expect(first.ok ? [] : first.problems.map((one) => [one.code, one.span])).toEqual([
    ['link/malformed-map', { file: 'x.map', line: 1 }],
  ])
  const header = '             VMA              LMA     Size Align Out     In      Symbol\n'
  const second = parseLinkMap(`${header}garbage\n`, 'x.map')
  expect(second.ok ? [] : second.problems[0]?.span).toEqual({ file: 'x.map', line: 2 })
})
