/** The package as npm would publish it, unpacked into an empty folder beside the packages it depends on and no other. */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { root, serve } from '../support/serving.ts'

interface Packed {
  readonly filename: string
  readonly size: number
  readonly files: readonly { readonly path: string }[]
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly link?: boolean }>>
}

/** Puts every package that the lock file does not call one for development into `folder`. */
function installDependencies(folder: string): void {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock
  const modules = realpathSync(join(root, 'node_modules'))
  for (const [path, entry] of Object.entries(lock.packages)) {
    const name = path.replace('node_modules/', '')
    if (!path.startsWith('node_modules/') || name.includes('node_modules/') || entry.dev || entry.link)
      continue
    const target = join(folder, 'node_modules', name)
    mkdirSync(dirname(target), { recursive: true })
    // The toolchain is 250 MB, and imports nothing.
    if (name.startsWith('@oven/')) symlinkSync(join(modules, name), target)
    else cpSync(join(modules, name), target, { recursive: true, errorOnExist: false })
  }
}

describe('the packed package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'azbuild-package-'))
  let packed: Packed
  beforeAll(() => {
    // --ignore-scripts: `npm test` has made dist/, which other tests are using now.
    const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]
    const said = execFileSync('npm', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    ;[packed] = JSON.parse(said) as [Packed]
    const target = join(folder, 'node_modules/azbuild')
    mkdirSync(target, { recursive: true })
    execFileSync('tar', ['xzf', join(folder, packed.filename), '--strip-components=1', '-C', target])
    installDependencies(folder)
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true })
    symlinkSync('../azbuild/bin/azbuild.mjs', join(folder, 'node_modules/.bin/azbuild'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('has what it needs, no tests, and at most 1.5 MB', () => {
    const paths = packed.files.map(({ path }) => path)
    expect(paths).toEqual(
      expect.arrayContaining([
        'bin/azbuild.mjs',
        'dist/cli.js',
        'dist/web/play/index.html',
        'LICENSE',
        'NOTICE.md',
        'README.md',
      ]),
    )
    expect(paths).toEqual(
      expect.arrayContaining(['compiler/run/qemu/plugin/az_sample.c', 'dist/web/profile/main.js']),
    )
    expect(
      paths.filter((path) =>
        /(^|\/)test\/|\.test\.|^compiler\/(?!run\/qemu\/plugin\/)|^out\/|node_modules/.test(path),
      ),
    ).toEqual([])
    expect(packed.size).toBeLessThan(1_500_000)
  })

  const own = (args: readonly string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync('npx', ['--no-install', 'azbuild', ...args], { cwd: folder, encoding: 'utf8' })

  test('starts an app of its own, and runs it', { timeout: 300_000 }, () => {
    const made = own(['new', 'app', 'x'])
    expect(made.status, made.stderr).toBe(0)
    const ran = own(['run', 'x'])
    expect(ran.status, ran.stderr).toBe(0)
    expect(ran.stdout).toMatch(/^\S.*\n$/)
  })

  test('exports a page with all it needs', { timeout: 300_000 }, () => {
    const exported = own(['export', 'web', 'site', 'x', '--json'])
    expect(exported.status, exported.stderr).toBe(0)
    const { files } = JSON.parse(exported.stdout) as { readonly files: readonly string[] }
    expect(files).toEqual(expect.arrayContaining(['index.html', 'main.js', 'v86/v86.wasm', 'image.elf']))
    const notice = readFileSync(join(folder, 'site/NOTICE.txt'), 'utf8')
    expect(notice).toMatch(/@xterm\/xterm \d[\s\S]*Redistribution and use[\s\S]*musl as a whole is licensed/)
  })

  test('serves', { timeout: 300_000 }, async () => {
    const app = join(folder, 'http')
    cpSync(join(folder, 'node_modules/azbuild/examples/hello-http/main.c'), join(app, 'main.c'))
    onTestFinished(() => rmSync(app, { recursive: true }))
    const serving = await serve(['npx', '--no-install', 'azbuild', 'run', 'http'], folder)
    const answer = await fetch(serving.url)
    expect(await answer.text()).toContain('Hello, World!')
    expect(await serving.interrupt()).toBe(130)
  })
})
