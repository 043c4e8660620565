import { existsSync, readFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((name) => name !== '')
const text = (name: string): string => readFileSync(join(root, name), 'utf8')

test('every diagnostic code has a page, every page a code', () => {
  const made = new Set<string>()
  for (const name of tracked.filter((file) => /diagnostics\.ts$|problems\.ts$/.test(file))) {
    for (const match of text(name).matchAll(
      /'((?:host|component|app|toolchain|analyze|select|build|link|image|object|run|trace|bench|beside|profile|report|play|cli)\/[a-z0-9-]+)'/g,
    )) {
      made.add(match[1]!.replace('/', '-'))
    }
  }
  const pages = tracked
    .filter((file) => /^docs\/errors\/.*\.md$/.test(file))
    .map((file) => file.slice('docs/errors/'.length, -3))
  const kconfigPages = pages.filter((page) => page.startsWith('kconfig-'))
  expect([...made].filter((code) => !pages.includes(code)).sort()).toEqual([])
  expect(pages.filter((page) => !made.has(page) && !kconfigPages.includes(page)).sort()).toEqual([])
})

test('every diagnostic code is in a test', () => {
  const tests = tracked.filter((file) => /\.test\.ts$|\/test\/|\.expected$/.test(file)).map(text)
  const untested = tracked
    .filter((file) => /^docs\/errors\/(?!kconfig-).*\.md$/.test(file))
    .map((file) => file.slice('docs/errors/'.length, -3).replace('-', '/'))
    .filter((code) => !tests.some((body) => body.includes(code) || body.includes(code.replace('/', '\\/'))))
  expect(untested).toEqual([])
})

test('no file writes down a registry', () => {
  const host = /registry\.npmjs|registry\.yarnpkg|deb\.debian|npmmirror/
  expect(tracked.filter((file) => file !== 'test/tidy/files.test.ts' && host.test(text(file)))).toEqual([])
})

test('links in documents lead somewhere', () => {
  const dead = tracked
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      [...text(file).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map((match) => match[1]!)
        .filter((target) => !existsSync(resolve(root, file, '..', target)))
        .map((target) => `${file}: ${target}`),
    )
  expect(dead).toEqual([])
})
