import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { nodeHost } from '../host/index.ts'
import { freshBuild, storeBuild } from './freshness.ts'
import type { BuildRecord } from './request.ts'

const host = nodeHost()
const record = { name: 'web', bytes: 7 } as BuildRecord
let folder = ''
const at = (name: string): string => join(folder, name)
const fresh = (key = 'key') => freshBuild(host, at('build.json'), key)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'azbuild-fresh-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(at('src'))
  writeFileSync(at('src/a.c'), 'one')
  storeBuild(host, at('build.json'), 'key', [at('src'), at('src/a.c'), at('.config')], record)
})

test('a build is fresh while nothing it read has changed', () => {
  expect(fresh()).toEqual(record)
})

test.each<[string, () => void]>([
  ['a file of another length', () => writeFileSync(at('src/a.c'), 'three')],
  ['a file written again, as long as before', () => utimesSync(at('src/a.c'), 1, 1)],
  ['a file that is gone', () => rmSync(at('src/a.c'))],
  ['a new file in a folder that was searched', () => writeFileSync(at('src/b.c'), '')],
  ['a file that was not there', () => writeFileSync(at('.config'), '')],
  ['a folder in place of a file', () => (rmSync(at('src/a.c')), mkdirSync(at('src/a.c')))],
  ['a damaged note', () => writeFileSync(at('build.json'), '{"key":"key","inputs"')],
  ['no note', () => rmSync(at('build.json'))],
])('%s makes it stale', (_, change) => {
  change()
  expect(fresh()).toBeUndefined()
})

test('so does another key: azbuild, its tools, its options', () => {
  expect(fresh('other')).toBeUndefined()
})
