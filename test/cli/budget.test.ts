/** Budgets and baselines with real builds: what grew is caught, and named. Counted on v86, which every machine has. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { create } from 'xmlbuilder2'
import { azbuild, folderWith, packageFolder } from './azbuild.ts'

/** A program with a table of `bytes` in it. */
const program = (bytes: number): string =>
  `#include <stdio.h>\n\nconst char wide_table[${bytes}] = { [0 ... ${bytes - 1}] = 'x' };\n\nint main(void)\n{\n    fwrite(wide_table, 1, sizeof(wide_table), stdout);\n    return 0;\n}\n`
const config = (budget: object): string =>
  `import { defineConfig } from 'azbuild'\n\nexport default defineConfig({ budget: { i386: ${JSON.stringify(budget)} } })\n`

/** An app in a folder of its own, and azbuild on its i386 image. */
function appWith(files: Readonly<Record<string, string>>) {
  const cwd = folderWith({ 'app/main.c': program(300), ...files })
  const run = (command: string, ...args: string[]) =>
    azbuild([command, 'app', '--arch', 'i386', ...args], { cwd })
  const write = (name: string, text: string): void => writeFileSync(join(cwd, name), text)
  const read = (name: string): string => readFileSync(join(cwd, name), 'utf8')
  return { run, write, read }
}

interface JunitCase {
  readonly '@name': string
  readonly failure?: { readonly '#': string }
}

/** Test cases of a JUnit file with one suite: name to what failed, undefined for those that passed. */
function casesIn(xml: string): Record<string, string | undefined> {
  const { testsuites } = create(xml).end({ format: 'object' }) as unknown as {
    testsuites: { testsuite: { testcase: JunitCase[] } }
  }
  return Object.fromEntries(testsuites.testsuite.testcase.map((one) => [one['@name'], one.failure?.['#']]))
}

test('100 bytes more are caught by a tight budget, and named from the baseline that is committed', async () => {
  const { run, write, read } = appWith({})
  const saved = await run('bench', '--no-primitives', '--save', '--label', 'before')
  expect(saved.status, saved.stderr).toBe(0)
  expect(saved.stderr).toContain('before is the newest run in ')
  const { runs } = JSON.parse(read('app/bench.json'))
  expect(runs).toMatchObject([
    { label: 'before', images: [{ name: 'app', arch: 'i386', symbols: { app: { wide_table: 300 } } }] },
  ])

  const [{ bytes, bootInstructions, symbols }] = runs[0].images
  const owner = Object.values<number>(symbols.app).reduce((sum, one) => sum + one, 0)
  write(
    'app/shog.config.ts',
    config({ imageBytes: bytes, componentBytes: { app: owner }, growthBytes: 0, bootInstructions }),
  )
  const before = await run('image', '--check', '--json')
  expect(before.status, before.stderr).toBe(0)
  const names = ['imageBytes', 'componentBytes:app', 'growthBytes', 'bootInstructions']
  expect(JSON.parse(before.stdout)).toMatchObject({
    checks: names.map((name) => ({ name, ok: true })),
    growth: [],
    since: 'bench.json (before)',
  })

  const document = await run('bench', '--no-primitives', '--json')
  write('old.json', document.stdout)
  write('app/main.c', program(400))
  const after = await run('image', '--json', '--junit', 'junit.xml')
  expect(after.status).toBe(1)
  const { checks, growth } = JSON.parse(after.stdout)
  expect(checks.slice(0, 3)).toEqual([
    { name: 'imageBytes', limit: bytes, actual: expect.any(Number), ok: false },
    { name: 'componentBytes:app', limit: owner, actual: owner + 100, ok: false },
    { name: 'growthBytes', limit: 0, actual: 100, ok: false },
  ])
  expect(growth).toContainEqual({ owner: 'app', symbol: 'wide_table', before: 300, after: 400 })
  const blamed = 'app: wide_table 300 to 400 bytes (+100)'
  expect(after.stderr.split(`because ${blamed}`)).toHaveLength(4)
  expect(after.stderr).toContain('growthBytes is 100, 100 over the budget of 0; since bench.json (before)')
  const cases = casesIn(read('junit.xml'))
  expect(Object.keys(cases)).toEqual(names)
  expect(names.slice(0, 3).map((name) => cases[name]?.includes(blamed))).toEqual([true, true, true])
  expect(cases['bootInstructions']).toBeUndefined()

  const compared = await run(
    'bench',
    '--no-primitives',
    '--compare',
    'app/bench.json',
    '--json',
    '--junit',
    'moved.xml',
  )
  expect(compared.status, compared.stderr).toBe(0)
  expect(JSON.parse(compared.stdout)).toMatchObject({
    version: 1,
    comparisons: [
      {
        name: 'app',
        since: 'before',
        figures: expect.arrayContaining([{ figure: 'bytes', before: bytes, after: checks[0].actual }]),
        symbols: expect.arrayContaining([{ owner: 'app', symbol: 'wide_table', before: 300, after: 400 }]),
      },
    ],
  })
  expect(casesIn(read('moved.xml'))['bytes']).toContain(blamed)
  const strict = await run(
    'bench',
    '--no-primitives',
    '--compare',
    'app/bench.json',
    '--tolerance',
    '0',
    '--markdown',
  )
  expect(strict.status).toBe(1)
  expect(strict.stdout).toContain('| `app: wide_table` | 300 | 400 | +100 |')
  expect(strict.stderr).toContain(`because ${blamed}`)
  const loose = await run('bench', '--no-primitives', '--compare', 'old.json', '--tolerance', '5')
  expect(loose.status, loose.stderr).toBe(0)
  expect(loose.stdout).toMatch(/app: wide_table +300 to 400 \(\+100, /)
})

test('without a baseline, what grew is told from the last build that passed', async () => {
  const { run, write } = appWith({ 'app/shog.config.ts': config({ componentBytes: { app: 480 } }) })
  const before = await run('image', '--check')
  expect(before.status, before.stderr).toBe(0)
  write('app/main.c', program(500))
  const after = await run('image', '--check')
  expect(after.status).toBe(1)
  expect(after.stderr).toContain('since the last build that passed these grew')
  expect(after.stderr).toContain('because app: wide_table 300 to 500 bytes (+200)')
})

test('what may be in the image is held by name, with the line that brought it', async () => {
  const budget = { components: ['core'], syscalls: ['exit_group'], leastMemoryBytes: 64 * 2 ** 20 }
  const { run } = appWith({ 'app/shog.config.ts': config(budget) })
  const { status, stdout, stderr } = await run('image', '--check', '--json')
  expect(status).toBe(1)
  const { checks, components, syscalls } = JSON.parse(stdout)
  expect(checks).toEqual([
    { name: 'leastMemoryBytes', limit: 64 * 2 ** 20, actual: expect.any(Number), ok: true },
    { name: 'syscalls', limit: ['exit_group'], actual: syscalls, ok: false },
    { name: 'components', limit: ['core'], actual: components, ok: false },
  ])
  expect(stderr).toMatch(/outside its budget: .*posix\/stdio/)
  expect(stderr).toMatch(/outside its budget: ioctl, writev\n  because app\/main\.c:7 main refers to stdout/)
})

test('mistakes are told: a name that nothing has, growth without a baseline, a broken baseline, options alone', async () => {
  const { run, write } = appWith({ 'app/shog.config.ts': config({ componentBytes: { 'net/tpc': 1 } }) })
  const misnamed = await run('image', '--check')
  expect([misnamed.status, misnamed.stderr]).toEqual([
    1,
    expect.stringMatching(/there is no owner of bytes "net\/tpc"\n +hint: did you mean "net\/tcp"\?/),
  ])
  write('app/shog.config.ts', config({ growthPercent: 1 }))
  const alone = await run('image', '--check', '--json')
  expect([alone.status, JSON.parse(alone.stdout).checks]).toEqual([
    1,
    [{ name: 'growthPercent', limit: 1, actual: null, ok: false }],
  ])
  expect(alone.stderr).toContain('error[link/no-baseline]')
  write('app/bench.json', '{ "version": 1, "runs": [\n<<<<<<< HEAD\n')
  const broken = await run('image', '--check')
  expect([broken.status, broken.stderr]).toEqual([1, expect.stringContaining('error[bench/bad-file]')])
  expect((await run('bench', '--junit', 'x.xml')).status).toBe(2)
  expect((await run('bench', '--no-primitives', '--compare', 'nothing.json')).stderr).toContain(
    'error[bench/no-file]',
  )
})

test("a component over its manifest's budget does not link, and its largest symbols are named", async () => {
  const component = (text: number) => `import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'testing/greedy',
  title: 'Greedy',
  status: 'experimental',
  init: { level: 'app', call: 'az_greedy_init' },
  budget: { text: ${text}, data: 8, bss: 64 },
})
`
  const { run, write } = appWith({
    'app/.config': 'CONFIG_TESTING_GREEDY=y\n',
    'components/testing/greedy/component.ts': component(8192),
    'components/testing/greedy/src/greedy.c': `#include <az/self.h>

const unsigned char az_greedy_table[4096] = { 1 };
static volatile unsigned char zeros[100];

int az_greedy_init(void)
{
    zeros[1] = az_greedy_table[zeros[0]];
    return 0;
}
`,
  })
  const zeros = await run('image')
  expect(zeros.status).toBe(1)
  expect(zeros.stderr).toMatch(
    /error\[link\/component-over-budget\]: .*component\.ts: testing\/greedy has 100 bytes of zero-initialised data, 36 over the budget in its manifest\n +because zeros has 100 bytes\n/,
  )
  write('components/testing/greedy/component.ts', component(4096).replace('bss: 64', 'bss: 100'))
  const table = await run('image')
  expect(table.status).toBe(1)
  expect(table.stderr).toMatch(
    /has \d+ bytes of code and constants, \d+ over .*\n +because az_greedy_table has 4096 bytes\n/,
  )
  write('components/testing/greedy/component.ts', component(8192).replace('bss: 64', 'bss: 100'))
  const fits = await run('image')
  expect(fits.status, fits.stderr).toBe(0)
})

test('an image that needs more memory than is tried fails its limit, with the reason', async () => {
  const { run } = appWith({
    'app/main.c':
      'char room[70 << 20];\n\nint main(int argc, char **argv)\n{\n    return room[argc] + !argv;\n}\n',
    'app/shog.config.ts': config({ leastMemoryBytes: 64 * 2 ** 20 }),
  })
  const { status, stdout, stderr } = await run('image', '--check', '--json', '--junit', 'junit.xml')
  expect([status, JSON.parse(stdout).checks]).toEqual([
    1,
    [{ name: 'leastMemoryBytes', limit: 64 * 2 ** 20, actual: null, ok: false }],
  ])
  expect(stderr).toContain('error[link/unmeasured-budget]')
  expect(stderr).toContain('because app does not reach main() with 64 MiB') // bench/needs-more-memory
})

test('an app that does not listen has no request to hold a limit on', async () => {
  const { run } = appWith({ 'app/shog.config.ts': config({ requestInstructions: 9000 }) })
  const { status, stdout, stderr } = await run('image', '--check', '--json')
  expect([status, JSON.parse(stdout).checks]).toEqual([
    1,
    [{ name: 'requestInstructions', limit: 9000, actual: null, ok: false }],
  ])
  expect(stderr).toContain('because app serves no requests that could be counted: ') // bench/does-not-serve
  expect(stderr).toContain('it does not listen')
})

test('instructions of a request and a connection are held', async () => {
  const source = readFileSync(join(packageFolder, 'examples/hello-http/main.c'), 'utf8')
  const budget = { requestInstructions: 1, connectionInstructions: 10_000_000 }
  const { run } = appWith({ 'app/main.c': source, 'app/shog.config.ts': config(budget) })
  const { status, stdout, stderr } = await run('image', '--check', '--json')
  expect(status, stderr).toBe(1)
  expect(JSON.parse(stdout).checks).toEqual([
    { name: 'requestInstructions', limit: 1, actual: expect.any(Number), ok: false },
    { name: 'connectionInstructions', limit: 10_000_000, actual: expect.any(Number), ok: true },
  ])
  expect(stderr).toMatch(/requestInstructions is \d+, \d+ over the budget of 1/)
})
