import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWorkshop, TEST_ARCHES, type Workshop } from '../../../test/support/compile.ts'
import { explainChain } from '../explain.ts'
import { undecidedSyscall, unresolvedSymbol } from '../diagnostics.ts'
import { analyzeC } from './analyze-c.ts'
import type { CAnalysis, CProgram } from './input.ts'

const MAIN = `int listen(int, int), printf(const char *, ...), helper(int);
void *malloc(unsigned long);
typedef int handler(int);
static int on_data(int x) { return printf("%d", x); }
static int on_close(int x) { return listen(x, 0); }
handler *const handlers[] = { on_data, on_close };
int unused(void) { extern int fork(void); return fork(); }
int main(int argc, char **argv)
{
    if (argc > 3) return helper(argc);
    listen(4, 1);
    return handlers[argc](1) + !malloc(3);
}
`
const HELPER = `int prinf(const char *), az_tcp_open(int);
long syscall(long, ...);
int helper(int n)
{
    prinf("x");
    syscall(n);
    return az_tcp_open(n);
}
`
/** A libc in little: wrappers over az_sys_*, a weak default, members that nothing needs. */
const LIBC: Readonly<Record<string, string>> = {
  'listen.c': 'long az_sys_listen(int, int); int listen(int a, int b) { return az_sys_listen(a, b); }',
  'printf.c': 'int write(int, const void *, long); int printf(const char *f, ...) { return write(1, f, 1); }',
  'write.c':
    'long az_sys_write(int, const void *, long); int write(int a, const void *b, long c) { return az_sys_write(a, b, c); }',
  'fork.c': 'long az_sys_fork(void); int fork(void) { return az_sys_fork(); }',
  'syscall.c': 'long az_sys_dynamic(long, ...); long syscall(long n, ...) { return az_sys_dynamic(n); }',
  'exit.c':
    'long az_sys_exit_group(int); static void dummy(void) {} __attribute__((weak, alias("dummy"))) void flush(void); void exit(int n) { flush(); az_sys_exit_group(n); }',
  'flush.c': 'long az_sys_fsync(int); void flush(void) { az_sys_fsync(1); }',
  'start.c': 'int main(int, char **); void exit(int); void start(void) { exit(main(0, 0)); }',
}

let shop: Workshop
beforeAll(() => {
  shop = openWorkshop('analyze')
})
afterAll(() => shop.remove())

describe.each(TEST_ARCHES)('%s', (arch) => {
  let program: CProgram
  beforeAll(async () => {
    const input = (path: string) => ({ path: path.replace(`${shop.folder}/`, ''), bytes: shop.read(path) })
    const library = []
    for (const [name, source] of Object.entries(LIBC))
      library.push(await shop.compile(arch, name, source, ['-g0']))
    program = {
      objects: [
        input(await shop.compile(arch, 'main.c', MAIN)),
        input(await shop.compile(arch, 'helper.c', HELPER)),
      ],
      archives: [input(await shop.archive(`${arch}-libc.a`, library))],
      roots: ['start'],
      syscalls: new Set(['listen', 'write', 'fork', 'exit_group', 'fsync']),
      features: new Map([
        ['malloc', 'libc.malloc'],
        ['az_tcp_open', 'net.tcp'],
      ]),
      mapSource: (path) => path.replace(`${shop.folder}/${arch}/`, ''),
    }
  })
  const analyzed = (change: Partial<CProgram> = {}): CAnalysis => {
    const result = analyzeC({ ...program, ...change })
    if (!result.ok) throw new Error(JSON.stringify(result.problems))
    return result.value
  }
  const told = (analysis: CAnalysis, kind: 'syscalls' | 'features' | 'undecided' | 'unresolved') =>
    Object.fromEntries(analysis.demand[kind].map((one) => [one.name, explainChain(one)]))

  test('reports each system call with the shortest chain from the app', () => {
    expect(told(analyzed(), 'syscalls')).toEqual({
      exit_group: ['start calls exit', 'exit calls az_sys_exit_group'],
      listen: ['main.c:11 main calls listen', 'listen calls az_sys_listen'],
      write: [
        'main.c:12 main refers to handlers',
        'handlers refers to on_data',
        'main.c:4 on_data calls printf',
        'printf calls write',
        'write calls az_sys_write',
      ],
    })
  })

  test('reports features, undecided calls and what nothing defines', () => {
    const analysis = analyzed()
    expect(told(analysis, 'features')).toEqual({
      'net.tcp': ['main.c:10 main calls helper', 'helper.c:7 helper calls az_tcp_open'],
      'libc.malloc': ['main.c:12 main calls malloc'],
    })
    expect(told(analysis, 'undecided')).toEqual({
      syscall: [
        'main.c:10 main calls helper',
        'helper.c:6 helper calls syscall',
        'syscall calls az_sys_dynamic',
      ],
    })
    expect(told(analysis, 'unresolved')).toEqual({
      prinf: ['main.c:10 main calls helper', 'helper.c:5 helper calls prinf'],
    })
    expect(analysis.suggestions).toEqual(new Map([['prinf', ['printf']]]))
  })

  test('pulls archive members as the linker does: by strong references, never over a weak definition', () => {
    expect(analyzed().members.map((name) => name.replace(/^.*\(|\.c\.o\)$/g, ''))).toEqual([
      'listen',
      'printf',
      'write',
      'fork',
      'syscall',
      'start',
      'exit',
    ])
  })

  test('finds every step of the app that leads to a demand, not only the nearest', () => {
    const steps = (name: string) => explainChain({ because: analyzed().appStepsTo(name) })
    expect(steps('listen')).toEqual(['main.c:5 on_close calls listen', 'main.c:11 main calls listen'])
    expect(steps('write')).toEqual(['main.c:4 on_data calls printf'])
    expect(steps('libc.malloc')).toEqual(['main.c:12 main calls malloc'])
    expect(steps('syscall')).toEqual(['helper.c:6 helper calls syscall'])
    expect(steps('exit_group')).toEqual([])
    expect(steps('fork')).toEqual([])
  })

  test('a section that nothing reaches asks for nothing', () => {
    const analysis = analyzed()
    expect(analysis.sections.filter((one) => /unused|fork/.test(one.section))).toEqual([])
    expect(analysis.reasonFor('fork')).toBeUndefined()
    expect(analysis.reasonFor('az_sys_fork')).toBeUndefined()
    expect(analysis.reasonFor('main')).not.toBeUndefined()
  })

  test('a call that is in no table is unresolved, one the kernel provides is not', () => {
    const analysis = analyzed({ syscalls: new Set(['listen']), provided: new Set(['prinf']) })
    expect(Object.keys(told(analysis, 'unresolved'))).toEqual(['az_sys_exit_group', 'az_sys_write'])
  })

  test('what is provided comes from no archive, yet a root of that name in an object counts', () => {
    const provided = new Set(['printf', 'main', 'helper'])
    const analysis = analyzed({ provided })
    expect(analysis.members.filter((name) => name.includes('printf'))).toEqual([])
    expect(Object.keys(told(analysis, 'syscalls'))).toEqual(['exit_group', 'listen'])
    expect(Object.keys(told(analysis, 'unresolved'))).toEqual(['prinf'])
  })

  test('names of the kernel are for the link to find', () => {
    expect(Object.keys(told(analyzed({ features: new Map() }), 'unresolved'))).toEqual(['malloc', 'prinf'])
  })

  test('an app without main is told so', () => {
    const result = analyzeC({ ...program, objects: program.objects.slice(1) })
    expect(result.ok ? [] : result.problems.map((one) => [one.code, one.message])).toEqual([
      ['analyze/no-main', `The app defines no main(): looked in ${arch}/helper.c.o`],
    ])
  })

  test('the same input gives the same result, whatever debug information says', () => {
    const strip = analyzed({ mapSource: () => 'x.c' })
    expect(strip.sections).toEqual(analyzed().sections)
    expect(analyzed().demand).toEqual(analyzed().demand)
  })

  test('a damaged object is a problem, and so is one that is linked already', async () => {
    const damaged = { path: 'bad.o', bytes: new Uint8Array(80) }
    const linked = `${shop.folder}/${arch}/linked`
    const start = await shop.compile(arch, 'alone.c', 'int main(void) { return 0; }')
    await shop.link(arch, [start, '-e', 'main', '-o', linked])
    const result = analyzeC({ ...program, objects: [damaged, { path: 'linked', bytes: shop.read(linked) }] })
    expect(result.ok ? [] : result.problems.map((one) => one.code)).toEqual([
      'object/not-elf',
      'analyze/not-relocatable',
    ])
  })

  test('never throws on a damaged object', () => {
    const [first] = program.objects
    const bytes = first?.bytes ?? new Uint8Array(0)
    const change = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255) })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const damaged = bytes.slice()
        for (const { at, byte } of changes) damaged[at] = byte
        analyzeC({ ...program, objects: [{ path: 'main.o', bytes: damaged }] })
      }),
      { numRuns: 500 },
    )
  })

  test('constructors, retained sections and bounded tables are reached without a reference', async () => {
    const source = `int a(void), b(void), c(void), d(void);
      __attribute__((constructor)) static void early(void) { a(); }
      __attribute__((section("table"), used)) int (*const row)(void) = b;
      extern int (*const __start_table[])(void);
      __attribute__((retain, used)) void kept(void) { c(); }
      int orphan(void) { return d(); }
      int main(void) { return __start_table[0](); }`
    const path = await shop.compile(arch, 'roots.c', source)
    const analysis = analyzed({ objects: [{ path: 'roots.o', bytes: shop.read(path) }], roots: [] })
    expect(Object.keys(told(analysis, 'unresolved'))).toEqual(['a', 'b', 'c'])
  })

  test('a weak reference asks for nothing, unless a strong one speaks for it', async () => {
    const weak = `__attribute__((weak)) long az_sys_fsync(int); __attribute__((weak)) void *malloc(unsigned long);
      int main(void) { return az_sys_fsync ? az_sys_fsync(1) : malloc != 0; }`
    const strong = 'long az_sys_fsync(int); long unreached(void) { return az_sys_fsync(2); }'
    const inputs = []
    for (const [name, source] of [['weak.c', weak] as const, ['strong.c', strong] as const])
      inputs.push({ path: name, bytes: shop.read(await shop.compile(arch, name, source)) })
    const alone = analyzed({ objects: inputs.slice(0, 1), roots: [] })
    expect([alone.demand.syscalls, alone.demand.features, alone.demand.unresolved]).toEqual([[], [], []])
    expect(alone.optionalSyscalls).toEqual(['fsync'])
    expect(alone.reasonFor('az_sys_fsync')).not.toBeUndefined()
    const both = analyzed({ objects: inputs, roots: [] })
    expect(Object.keys(told(both, 'syscalls'))).toEqual(['fsync'])
    expect(both.optionalSyscalls).toEqual([])
  })

  test('common symbols, hidden symbols and weak references resolve as in a link', async () => {
    const one = await shop.compile(
      arch,
      'one.c',
      `int shared; extern __attribute__((visibility("hidden"))) int inside(void);
       __attribute__((weak)) int maybe(void); int main(void) { return shared + inside() + (maybe ? maybe() : 0); }`,
      ['-fcommon'],
    )
    const two = await shop.compile(
      arch,
      'two.c',
      `int listen(int, int); int shared = 3; __attribute__((visibility("hidden"))) int inside(void) { return listen(1, 2); }`,
    )
    const objects = [one, two].map((path) => ({ path, bytes: shop.read(path) }))
    const analysis = analyzed({ objects, roots: [] })
    expect([Object.keys(told(analysis, 'syscalls')), analysis.demand.unresolved]).toEqual([['listen'], []])
    expect(analysis.sections.map((section) => section.section)).toContain('.data.shared')
  })
})

test('objects for two processors are refused', async () => {
  const objects = []
  for (const arch of TEST_ARCHES) {
    const path = await shop.compile(arch, 'mix.c', `int in_${arch}; int main(void) { return 0; }`)
    objects.push({ path: `${arch}.o`, bytes: shop.read(path) })
  }
  const result = analyzeC({ objects, archives: [], syscalls: new Set() })
  expect(result.ok ? [] : result.problems.map((one) => [one.code, one.message])).toEqual([
    ['analyze/mixed-machines', 'This object is for x86_64, but i386.o is for i386'],
  ])
})

test('diagnostics lead to the line', () => {
  const because = [
    { from: 'main', to: 'helper', span: { file: 'main.c', line: 3 }, kind: 'call' as const },
    { from: 'helper', to: 'prinf', span: { file: 'helper.c', line: 5 }, kind: 'call' as const },
  ]
  expect(unresolvedSymbol({ name: 'prinf', because }, ['printf'])).toEqual({
    code: 'analyze/unresolved-symbol',
    severity: 'error',
    message: 'Nothing defines "prinf"',
    span: { file: 'helper.c', line: 5 },
    because: ['main.c:3 main calls helper', 'helper.c:5 helper calls prinf'],
    hint: 'did you mean "printf"?',
  })
  expect(undecidedSyscall({ name: 'syscall', because }).span).toEqual({ file: 'main.c', line: 3 })
})
