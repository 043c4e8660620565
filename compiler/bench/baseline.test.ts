import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { nodeHost } from '../host/index.ts'
import { addRun, commitLabel, loadSavedRuns, newestOf, savedSizes, saveRun } from './baseline.ts'
import { parseBenchFile, renderBenchFile, type BenchFile, type MeasuredImage } from './bench-file.ts'

const image = (
  arch: 'x86_64' | 'i386',
  bytes: number,
  name = 'web',
): MeasuredImage & { bootInstructions: number; components: object } => ({
  name,
  arch,
  runner: arch === 'i386' ? 'v86' : 'qemu',
  bytes,
  bootInstructions: 4000,
  components: { app: 10 },
  symbols: { app: { main: bytes } },
})
const empty: BenchFile = { version: 1, runs: [] }
const summary = ({ runs }: BenchFile) =>
  runs.map(({ label, images }) => [
    label,
    ...images.map((one) => [one.arch, one.bytes, one.symbols !== undefined]),
  ])

function folder(files: Readonly<Record<string, string>> = {}): string {
  const made = mkdtempSync(join(tmpdir(), 'azbuild-bench-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(made, name), text)
  return made
}

test('the newest run is first; symbols stay with the newest figures of each flavour', () => {
  let file = addRun(empty, { label: 'a', images: [image('x86_64', 1), image('i386', 2)] })
  file = addRun(file, { label: 'b', images: [image('i386', 3)] })
  expect(summary(file)).toEqual([
    ['b', ['i386', 3, true]],
    ['a', ['i386', 2, false], ['x86_64', 1, true]],
  ])
  expect(newestOf(file, { name: 'web', arch: 'x86_64' })).toMatchObject({ label: 'a', image: { bytes: 1 } })
  expect(newestOf(file, { name: 'other', arch: 'i386' })).toBeUndefined()
  expect(savedSizes(file, { name: 'web', arch: 'i386' })).toEqual({
    from: 'bench.json (b)',
    sizes: { app: { main: 3 } },
  })
})

test('flavours of one commit are one run, a commit measured again is replaced; what has no name is not', () => {
  let file = addRun(empty, { label: 'a', images: [image('x86_64', 1)] })
  file = addRun(file, { label: 'a', images: [image('i386', 2)] })
  file = addRun(file, { label: 'a', images: [image('i386', 3)] })
  expect(summary(file)).toEqual([['a', ['i386', 3, true], ['x86_64', 1, true]]])
  file = addRun(empty, { label: 'unlabelled', images: [image('i386', 1)] })
  file = addRun(file, { label: 'unlabelled', images: [image('i386', 2)] })
  expect(summary(file)).toEqual([
    ['unlabelled', ['i386', 2, true]],
    ['unlabelled', ['i386', 1, false]],
  ])
})

test('a file keeps 200 runs', () => {
  let file = empty
  for (let at = 0; at < 230; at++) file = addRun(file, { label: `c${at}`, images: [image('i386', at)] })
  expect(file.runs).toHaveLength(200)
  expect([file.runs[0]!.label, file.runs[199]!.label]).toEqual(['c229', 'c30'])
})

test('what is written is read again, a symbol a line in the newest run, an older image on one', () => {
  let file = addRun(empty, { label: 'a "quoted"', images: [image('x86_64', 1), image('i386', 2)] })
  file = addRun(file, { label: 'b', images: [image('i386', 3)], notes: ['n'] })
  const text = renderBenchFile(file)
  expect(parseBenchFile(text, 'bench.json')).toEqual({ ok: true, value: file, warnings: [] })
  expect(text).toMatch(/^ +"main": 3$/m)
  expect(text.split('\n').filter((line) => line.includes('"bytes":2,'))).toHaveLength(1)
  expect(renderBenchFile(empty)).toContain('"runs"')
})

test('the document of bench --json is a file of one run', () => {
  const document = { version: 1, images: [image('i386', 1)], primitives: null, notes: [] }
  const { version, ...run } = document
  expect(parseBenchFile(JSON.stringify(document), 'old.json')).toMatchObject({
    value: { version, runs: [run] },
  })
})

test.each<[string, string, string]>([
  ['{ "version": 1, "runs": [', 'bench/bad-file', 'This is no document of azbuild bench: '],
  ['[]', 'bench/bad-file', 'This is no document of azbuild bench: it has no version'],
  ['{ "version": 0 }', 'bench/bad-file', 'there is no version 0'],
  ['{ "version": 2, "runs": [] }', 'bench/newer-file', 'has version 2, which is newer'],
  ['{ "version": 1 }', 'bench/bad-file', 'images: '],
  ['{ "version": 1, "runs": [{ "images": [{ "name": "a" }] }] }', 'bench/bad-file', 'runs.0.images.0.arch: '],
])('%s is refused', (text, code, message) => {
  const result = parseBenchFile(text, 'bench.json')
  expect(result.ok ? [] : result.problems).toMatchObject([
    { code, message: expect.stringContaining(message), span: { file: 'bench.json' } },
  ])
})

test('a broken file is not written over', () => {
  const at = folder({ 'bench.json': '<<<<<<< HEAD\n' })
  const saved = saveRun(nodeHost(at), at, { label: 'a', images: [image('i386', 1)] })
  expect(saved.ok ? [] : saved.problems.map((one) => one.code)).toEqual(['bench/bad-file'])
  expect(readFileSync(join(at, 'bench.json'), 'utf8')).toBe('<<<<<<< HEAD\n')
})

test('a run is saved beside the app, after nothing and after others', () => {
  const at = folder()
  const host = nodeHost(at)
  expect(loadSavedRuns(host, at)).toMatchObject({ ok: true, value: undefined })
  for (const label of ['a', 'b']) saveRun(host, at, { label, images: [image('i386', 1)] })
  const saved = loadSavedRuns(host, at)
  expect(saved.ok && saved.value!.runs.map((one) => one.label)).toEqual(['b', 'a'])
})

test('a label is the commit, and says when there are changes beyond it', async () => {
  const at = folder({ 'main.c': 'int main(void) { return 0; }\n' })
  const git = (...args: string[]) => execFileSync('git', args, { cwd: at, encoding: 'utf8' }).trim()
  const host = nodeHost(at)
  expect(await commitLabel(host, at)).toBeUndefined()
  git('init', '--quiet')
  expect(await commitLabel(host, at)).toBeUndefined()
  git('add', '.')
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '-m', 'one')
  const head = git('rev-parse', '--short=10', 'HEAD')
  expect(await commitLabel(host, at)).toBe(head)
  writeFileSync(join(at, 'bench.json'), '{}')
  expect(await commitLabel(host, at)).toBe(head)
  writeFileSync(join(at, 'main.c'), 'int main(void) { return 1; }\n')
  expect(await commitLabel(host, at)).toBe(`${head}+`)
})
