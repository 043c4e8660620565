import { expect, test } from 'vitest'
import { memoryHost } from '../host/index.ts'
import { exportWeb } from './export-web.ts'

const site = (text: string) => [
  { path: 'index.html', bytes: new TextEncoder().encode(text) },
  { path: 'v86/v86.wasm', bytes: Uint8Array.of(0) },
]
const names = ['README.md', 'azbuild-export.json', 'index.html', 'v86/v86.wasm']

test('an export is whole, replaces an earlier one, and leaves nothing beside it', () => {
  const host = memoryHost()
  for (const text of ['one', 'two']) {
    expect(exportWeb(host, '/site/out/', 'app', site(text))).toMatchObject({ ok: true, value: names })
    expect(host.readText('/site/out/index.html')).toBe(text)
    expect(host.list('/site')).toEqual(['out'])
  }
  expect(host.readText('/site/out/README.md')).toContain('| v86/v86.wasm | 1 |')
})

test('a file of an earlier export that is gone now goes', () => {
  const host = memoryHost()
  exportWeb(host, '/out', 'app', [...site('one'), { path: 'old.js', bytes: Uint8Array.of(0) }])
  exportWeb(host, '/out', 'app', site('two'))
  expect(host.info('/out/old.js')).toBeUndefined()
})

test.each<[string, Record<string, string>, string]>([
  ['a folder of something else', { '/out/main.c': '' }, 'main.c'],
  ['a file in its place', { '/out': 'x' }, '.'],
  ['a marker that is not ours', { '/out/azbuild-export.json': 'x' }, 'azbuild-export.json'],
])('%s is refused', (_, files, found) => {
  const host = memoryHost(files)
  expect(exportWeb(host, '/out', 'app', site('x'))).toMatchObject({
    ok: false,
    problems: [{ code: 'play/folder-in-use', because: [`there is ${found}`] }],
  })
  expect(host.info('/out/index.html')).toBeUndefined()
})

test('a file that someone has added to an export keeps it as it is', () => {
  const host = memoryHost()
  exportWeb(host, '/out', 'app', site('one'))
  host.write('/out/CNAME', 'example.org')
  expect(exportWeb(host, '/out', 'app', site('two')).ok).toBe(false)
  expect(host.readText('/out/index.html')).toBe('one')
})
