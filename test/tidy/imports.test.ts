import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** What each folder of compiler/ may import from its sisters: arrows point down. */
const layers: Readonly<Record<string, readonly string[]>> = {
  diag: [],
  graph: [],
  host: ['diag'],
  object: ['diag'],
  component: ['diag', 'host'],
  toolchain: ['component', 'host', 'diag'],
  app: ['component', 'host', 'diag'],
  analyze: ['object', 'diag'],
  select: ['analyze', 'component', 'graph', 'diag'],
  plan: ['select', 'component', 'app', 'diag'],
  emit: ['plan', 'select', 'app', 'component', 'toolchain', 'graph', 'diag'],
  link: ['object', 'app', 'diag'],
  image: ['object', 'diag'],
  run: ['host', 'object', 'link', 'diag'],
  build: [
    'image',
    'link',
    'emit',
    'plan',
    'select',
    'analyze',
    'app',
    'toolchain',
    'component',
    'object',
    'host',
    'diag',
  ],
  trace: ['build', 'run', 'link', 'object', 'host', 'diag'],
  bench: ['trace', 'build', 'run', 'toolchain', 'app', 'component', 'link', 'object', 'host', 'diag'],
  beside: ['bench', 'build', 'run', 'toolchain', 'app', 'object', 'host', 'diag'],
  page: ['diag'],
  profile: ['page', 'trace', 'build', 'run', 'toolchain', 'link', 'object', 'host', 'diag'],
  report: ['page', 'trace', 'bench', 'build', 'run', 'analyze', 'select', 'link', 'graph', 'host', 'diag'],
  play: ['build', 'run', 'link', 'toolchain', 'app', 'host', 'diag'],
  cli: [
    'play',
    'report',
    'profile',
    'beside',
    'trace',
    'bench',
    'build',
    'image',
    'link',
    'run',
    'emit',
    'plan',
    'select',
    'analyze',
    'app',
    'toolchain',
    'component',
    'object',
    'host',
    'graph',
    'diag',
  ],
}

/** The folders that may touch Node itself. */
const nodeFolders = new Set(['host', 'run', 'play', 'cli'])

interface Import {
  readonly file: string
  readonly name: string
}

function importsBelow(folder: string): Import[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mts)$/.test(name) && !/\.test\.ts$/.test(name) && !name.includes('node_modules'))
    .flatMap((name) => {
      const file = join(root, folder, name)
      const text = readFileSync(file, 'utf8')
      return [
        ...text.matchAll(/^(?:import|export)[^'"]*?from '([^']+)'|\bimport\('([^']+)'\)|^import '([^']+)'/gm),
      ].map((match) => ({ file, name: (match[1] ?? match[2] ?? match[3])! }))
    })
}

test('imports in compiler/ point down', () => {
  const wrong = importsBelow('compiler').flatMap(({ file, name }) => {
    const from = relative(join(root, 'compiler'), file).split('/')[0]!
    if (!name.startsWith('.') || from === 'api.ts') return []
    const target = relative(join(root, 'compiler'), resolve(dirname(file), name))
    const to = target.split('/')[0]!
    if (to === '..' || to === from) return []
    return layers[from]?.includes(to) ? [] : [`${relative(root, file)} imports ${target}`]
  })
  expect(wrong).toEqual([])
})

test('other folders are entered through their doors', () => {
  const wrong = importsBelow('compiler').flatMap(({ file, name }) => {
    if (!name.startsWith('.')) return []
    const from = relative(join(root, 'compiler'), file).split('/')[0]!
    const target = relative(join(root, 'compiler'), resolve(dirname(file), name)).split('/')
    const isDoor = target[0] === from || target[0] === '..' || target[1] === 'index.ts' || from === 'api.ts'
    return isDoor ? [] : [`${relative(root, file)} imports ${target.join('/')}`]
  })
  expect(wrong).toEqual([])
})

test('only host, run, play and cli touch node:*', () => {
  const wrong = importsBelow('compiler').flatMap(({ file, name }) => {
    const from = relative(join(root, 'compiler'), file).split('/')[0]!
    return name.startsWith('node:') && !nodeFolders.has(from)
      ? [`${relative(root, file)} imports ${name}`]
      : []
  })
  expect(wrong).toEqual([])
})

test('kconfig/ stands alone', () => {
  const wrong = importsBelow('kconfig').flatMap(({ file, name }) => {
    const place = relative(join(root, 'kconfig'), file)
    const front = /^(conf|tui|web|test)\//.test(place)
    const inside =
      name.startsWith('.') && !relative(join(root, 'kconfig'), resolve(dirname(file), name)).startsWith('..')
    return inside || front ? [] : [`kconfig/${place} imports ${name}`]
  })
  expect(wrong).toEqual([])
})

test('components include only interfaces, their own headers and libc', () => {
  const folders = readdirSync(join(root, 'components'), { recursive: true, encoding: 'utf8' })
  const api = new Set(readdirSync(join(root, 'components/api/include/az')).map((name) => `az/${name}`))
  const generated = new Set(['az/config.h', 'az/self.h', 'az/syscalls.h'])
  const sources = folders.filter((name) => /\/src\/.*\.[chS]$/.test(`/${name}`))
  const wrong = sources.flatMap((name) => {
    const text = readFileSync(join(root, 'components', name), 'utf8')
    const own = new Set(
      folders
        .filter((other) => other.startsWith(`${name.split('/src/')[0]}/include/`))
        .map((other) => other.split('/include/')[1]),
    )
    return [...text.matchAll(/^#include <(az\/[^>]+)>/gm)]
      .map((match) => match[1]!)
      .filter((header) => !api.has(header) && !generated.has(header) && !own.has(header))
      .map((header) => `components/${name} includes ${header}`)
  })
  expect(wrong).toEqual([])
})
