import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { nodeHost } from '../host/index.ts'
import { checkConfig, loadApp, type App } from './index.ts'

const root = join(import.meta.dirname, '../..')
const api = join(root, 'compiler/api.ts')
const config = (body: string): string =>
  `import { defineConfig } from 'azbuild'\n\nexport default defineConfig({ ${body} })\n`

/** Loads an app from a folder with these files. */
async function load(files: Readonly<Record<string, string>>, named?: string, below = '') {
  const folder = mkdtempSync(join(tmpdir(), 'azbuild-app-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const result = await loadApp(nodeHost(join(folder, below)), { named, api, cache: {} })
  const inside = (path: string): string => path.replace(`${folder}/`, '')
  return { folder, result, inside }
}
async function appOf(files: Readonly<Record<string, string>>, named?: string, below?: string) {
  const { result, folder, inside } = await load(files, named, below)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  const app: App = result.value
  return { app, folder, inside, sources: app.sources.map(inside) }
}
const codesOf = async (files: Readonly<Record<string, string>>, named?: string) => {
  const { result } = await load(files, named)
  return result.ok ? [] : result.problems.map(({ code, message }) => [code, message] as const)
}

describe('an app without a configuration', () => {
  const files = {
    'web/main.c': '',
    'web/parse/url.c': '',
    'web/parse/url.h': '',
    'web/out/old.c': '',
    'web/node_modules/x/y.c': '',
    'web/.git/z.c': '',
  }

  test('is every .c file in its folder and below, apart from what tools leave there', async () => {
    const { app, sources, folder } = await appOf(files, 'web')
    expect(sources).toEqual(['web/main.c', 'web/parse/url.c'])
    expect([app.name, app.workspace, app.configFiles]).toEqual(['web', folder, []])
    expect(app.includes).toEqual([`${folder}/web`, `${folder}/web/include`])
  })

  test('is the folder that the command runs in', async () => {
    expect((await appOf(files, undefined, 'web')).sources).toEqual(
      ['main.c', 'parse/url.c'].map((name) => `web/${name}`),
    )
  })
})

describe('sources', () => {
  const files = {
    'a/main.c': '',
    'a/src/x.c': '',
    'a/src/x_test.c': '',
    'a/src/deep/y.c': '',
    'a/generated/g.c': '',
  }
  const sourcesWith = async (body: string) =>
    (await appOf({ ...files, 'a/shog.config.ts': config(body) }, 'a')).sources

  test('are files and globs, less what is excluded', async () => {
    expect(await sourcesWith("sources: ['main.c', 'src/*.c']")).toEqual([
      'a/main.c',
      'a/src/x.c',
      'a/src/x_test.c',
    ])
    expect(await sourcesWith("sources: ['src/**/*.c'], exclude: ['**/*_test.c']")).toEqual([
      'a/src/deep/y.c',
      'a/src/x.c',
    ])
    expect(await sourcesWith("exclude: ['generated/**', 'src/**']")).toEqual(['a/main.c'])
    expect(await sourcesWith("sources: ['./main.c']")).toEqual(['a/main.c'])
  })

  test('may lie outside the folder when they are named in full', async () => {
    const { sources } = await appOf(
      { ...files, 'common/c.c': '', 'a/shog.config.ts': config("sources: ['main.c', '../common/c.c']") },
      'a',
    )
    expect(sources).toEqual(['common/c.c', 'a/main.c'])
  })

  test('that match nothing are named, each of them', async () => {
    expect(
      await codesOf({ ...files, 'a/shog.config.ts': config("sources: ['main.c', '*.cc', 'none.c']") }, 'a'),
    ).toEqual([
      ['app/no-match', '"*.cc" in `sources` matches no file'],
      ['app/no-match', '"none.c" in `sources` matches no file'],
    ])
  })

  test('in another language are refused', async () => {
    expect(await codesOf({ 'a/main.cc': '' }, 'a')).toEqual([
      ['app/unsupported-language', 'C++ cannot be built yet'],
    ])
    expect(await codesOf({ 'a/main.s': '', 'a/shog.config.ts': config("sources: ['main.s']") }, 'a')).toEqual(
      [['app/unsupported-language', 'A source of this kind (s) cannot be built yet']],
    )
  })
})

describe('a workspace', () => {
  const files = {
    'shog.config.ts': config(
      "images: { web: { app: 'apps/web' }, small: { app: 'apps/web', arch: 'i386' } }, default: 'web', defaults: { memory: '32M', env: { A: '1' } }",
    ),
    'apps/web/main.c': '',
    'apps/web/shog.config.ts': config("env: { B: '2' }"),
    'apps/other/main.c': '',
  }

  test('names images, gives defaults that an app overrides field by field, and is found from below', async () => {
    const { app, folder } = await appOf(files, 'small', 'apps')
    expect(app).toMatchObject({
      name: 'small',
      arch: 'i386',
      workspace: folder,
      config: { memory: '32M', env: { B: '2' } },
    })
    expect(app.configFiles).toEqual([`${folder}/shog.config.ts`, `${folder}/apps/web/shog.config.ts`])
  })

  test('has a default image', async () => {
    expect((await appOf(files)).app.name).toBe('web')
  })

  test('knows an image by its folder too, and builds folders that are no images', async () => {
    expect((await appOf(files, 'apps/web')).app.name).toBe('web')
    expect((await appOf(files, 'apps/other')).app).toMatchObject({ name: 'other', config: { memory: '32M' } })
  })

  test('that names what is not there', async () => {
    const [problem] = await codesOf({ 'shog.config.ts': config("images: { web: { app: 'none' } }") }, 'web')
    expect(problem![0]).toBe('app/missing-file')
    expect(await codesOf(files, 'wen')).toEqual([['app/no-such-folder', 'There is no folder wen']])
  })

  test('without a default needs a name', async () => {
    const two = {
      ...files,
      'shog.config.ts': config("images: { a: { app: 'apps/web' }, b: { app: 'apps/other' } }"),
    }
    expect(await codesOf(two)).toEqual([['app/no-app', 'No app was named']])
  })
})

describe('embedded files', () => {
  test('must be there, and sit at absolute paths', async () => {
    const files = { 'a/main.c': '', 'a/page.html': '<p>' }
    expect(
      (await appOf({ ...files, 'a/shog.config.ts': config("embed: { '/p': 'page.html' }") }, 'a')).app.config
        .embed,
    ).toEqual({ '/p': 'page.html' })
    expect(
      (await codesOf({ ...files, 'a/shog.config.ts': config("embed: { '/p': 'none' }") }, 'a'))[0]![0],
    ).toBe('app/missing-file')
    expect(
      (await codesOf({ ...files, 'a/shog.config.ts': config("embed: { p: 'page.html' }") }, 'a'))[0]![0],
    ).toBe('app/invalid-config')
  })
})

describe('checkConfig', () => {
  const messages = (value: unknown) => {
    const result = checkConfig('c.ts', value)
    return result.ok
      ? []
      : result.problems.map(({ message, hint }) => (hint ? `${message} (${hint})` : message))
  }

  test.each<[unknown, string[]]>([
    [{}, []],
    [{ memory: '64M', ports: ['8080:80'], defines: { A: true, B: 2, C: 'x' } }, []],
    [{ source: [] }, ['There is no field "source" (did you mean "sources"?)']],
    [{ memory: 64 }, [expect.stringContaining('Field "memory": ')]],
    [{ memory: '64MB' }, ['Field "memory": Expected a size like "64M" or "1280K"']],
    [{ ports: ['80'] }, ['Field "ports.0": Expected "HOST:GUEST", like "8080:80"']],
    [{ defines: { A: false } }, [expect.stringContaining('Field "defines.A": ')]],
    [{ syscalls: { fork: 'ignore' } }, [expect.stringContaining('Field "syscalls.fork": ')]],
    [
      { budget: { x86_64: { imageBytes: -1 } } },
      [expect.stringContaining('Field "budget.x86_64.imageBytes": ')],
    ],
    [{ budget: { arm: {} } }, ['There is no field "arm" in "budget" (the fields are x86_64, i386)']],
    [
      { budget: { i386: { bootInstruction: 1 } } },
      ['There is no field "bootInstruction" in "budget.i386" (did you mean "bootInstructions"?)'],
    ],
    [
      { images: { web: { app: 'a', arc: 'i386' } } },
      ['There is no field "arc" in "images.web" (did you mean "arch"?)'],
    ],
    [
      { images: {}, defaults: { budget: { i386: { component: [] } } } },
      ['There is no field "component" in "defaults.budget.i386" (did you mean "components"?)'],
    ],
    [
      {
        budget: {
          i386: {
            componentBytes: { 'net/tcp': 1, app: 0 },
            growthBytes: 0,
            growthPercent: 0.5,
            requestInstructions: 1,
            connectionInstructions: 1,
            leastMemoryBytes: 1,
            components: ['core'],
          },
        },
      },
      [],
    ],
    [
      { budget: { i386: { componentBytes: { app: 1.5 } } } },
      [expect.stringContaining('Field "budget.i386.componentBytes.app": ')],
    ],
    [
      { budget: { i386: { growthPercent: -1 } } },
      [expect.stringContaining('Field "budget.i386.growthPercent": ')],
    ],
    [{ name: 'a b' }, ['Field "name": Expected letters, digits, ".", "_", "-"']],
    [{ images: {}, default: 'web' }, [expect.stringContaining('`default` names no image: "web"')]],
    [
      { images: { web: { app: 'a' } }, default: 'wed' },
      ['`default` names no image: "wed" (did you mean "web"?)'],
    ],
    [{ images: { web: {} } }, [expect.stringContaining('Field "images.web.app": ')]],
    [undefined, [expect.any(String)]],
    ['text', [expect.any(String)]],
  ])('%j', (value, expected) => {
    expect(messages(value)).toEqual(expected)
  })
})

test('a configuration that uses the environment is run each time, a plain one once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'azbuild-app-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'main.c'), '')
  const cache = {}
  const nameWith = async (body: string, value: string) => {
    writeFileSync(join(folder, 'shog.config.ts'), config(body))
    process.env['AZBUILD_TEST_NAME'] = value
    const result = await loadApp(nodeHost(folder), { named: folder, api, cache })
    return result.ok ? result.value.name : result.problems
  }
  expect(await nameWith('name: process.env.AZBUILD_TEST_NAME', 'one')).toBe('one')
  expect(await nameWith('name: process.env.AZBUILD_TEST_NAME', 'two')).toBe('two')
  expect(Object.keys(cache)).toEqual([])
  expect(await nameWith("name: 'plain'", '')).toBe('plain')
  expect(Object.keys(cache)).toHaveLength(1)
})
