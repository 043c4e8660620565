import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { eventually, processesWith } from '../../compiler/run/testing/processes.ts'
import type { Profile } from '../../compiler/profile/index.ts'
import { buildApp, root } from '../support/serving.ts'
import { missingTool, titled } from '../support/tools.ts'
import { azbuild, folderWith } from './azbuild.ts'

const app = 'test/apps/hot'
const missing = missingTool('qemu-system-x86_64', 'qemu-system-i386')
const withQemu = missing === undefined

interface Document {
  readonly status: number
  readonly outcome: string
  readonly console: string
  readonly sampler: string
  readonly profile: Pick<Profile, 'unit' | 'every' | 'instructions' | 'functions'> & {
    readonly samples: number
  }
}

/** Profiles a part of the app: its document and its stacks, `main;one;burn` without what comes before main, with their samples. */
async function profile(arch: string, part: readonly string[], options: readonly string[] = []) {
  const folder = folderWith({})
  const folded = join(folder, 'folded')
  const args = [
    'profile',
    'run',
    app,
    '--arch',
    arch,
    '--json',
    '--folded',
    folded,
    ...options,
    '--',
    ...part,
  ]
  const { status, stdout, stderr } = await azbuild(args, { cwd: root })
  expect(status, stderr).toBe(7)
  const document = JSON.parse(stdout) as Document
  expect(document).toMatchObject({ status: 7, outcome: 'exit', console: '' })
  return { document, stacks: readStacks(readFileSync(folded, 'utf8')) }
}

function readStacks(
  text: string,
): readonly { readonly names: readonly string[]; readonly samples: number }[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, stack, samples] = /^(.*) (\d+)$/.exec(line)!
      return { names: stack!.split(';'), samples: Number(samples) }
    })
}

/** Samples of `burn` by who called it. */
function burners(stacks: ReturnType<typeof readStacks>): Record<string, number> {
  const found: Record<string, number> = {}
  for (const { names, samples } of stacks.filter((stack) => stack.names.at(-1) === 'burn')) {
    const caller = names.slice(names.indexOf('main')).slice(0, -1).join(';')
    found[caller] = (found[caller] ?? 0) + samples
  }
  return found
}

const exact = ['--exact', '--every', '101']

describe.skipIf(!withQemu).each(['x86_64', 'i386'])(titled('profile run on %s', missing), (arch) => {
  beforeAll(() => buildApp(app, arch))

  test('gives each caller its part', async () => {
    const { document, stacks } = await profile(arch, ['split', '200'], ['--every', '101'])
    const { 'main;one': one = 0, 'main;three': three = 0, ...others } = burners(stacks)
    expect(others).toEqual({})
    expect(three / (one + three)).toBeCloseTo(0.75, 2)
    expect(document.sampler).toBe('plugin')
    const { functions, instructions, samples } = document.profile
    expect(Math.abs(samples - instructions! / 101)).toBeLessThanOrEqual(1)
    expect(functions[0]).toMatchObject({ name: 'burn', owner: 'app', file: 'test/apps/hot/main.c', line: 16 })
    expect(functions[0]!.self / samples).toBeGreaterThan(0.98)
    const main = functions.find(({ name }) => name === 'main')!
    expect(main.total / samples).toBeGreaterThan(0.98)
    expect(main.self / samples).toBeLessThan(0.01)
  })

  test('repeats itself to the sample with --exact', async () => {
    const [first, second] = [
      await profile(arch, ['sleep', '5'], exact),
      await profile(arch, ['sleep', '5'], exact),
    ]
    expect(second).toEqual(first)
  })

  test('folds deep recursion and counts it once', async () => {
    const { document, stacks } = await profile(arch, ['deep', '10'], exact)
    expect(Math.max(...stacks.map(({ names }) => names.length))).toBeLessThanOrEqual(201)
    const descend = document.profile.functions.find(({ name }) => name === 'descend')!
    expect(descend.total).toBeLessThanOrEqual(document.profile.samples)
    expect(descend.total / document.profile.samples).toBeGreaterThan(0.9)
  })

  test('knows who is left by longjmp', async () => {
    const { stacks } = await profile(arch, ['jump', '100'], exact)
    const { 'main;enter;leave': left = 0, 'main;after_jump': after = 0, ...others } = burners(stacks)
    expect(others).toEqual({})
    expect(after / left).toBeGreaterThan(30)
  })

  test('keeps apart what runs on another stack', async () => {
    const { stacks } = await profile(arch, ['signal', '100'], exact)
    const { 'main;after_signal': after = 0, ...handler } = burners(stacks)
    expect(Object.keys(handler)).toEqual([expect.stringMatching(/^main;raise;.*;on_signal$/)])
    expect(after / Object.values(handler)[0]!).toBeCloseTo(1, 1)
  })

  test('gives interrupts a root of their own', async () => {
    const { stacks } = await profile(arch, ['sleep', '100'], ['--exact', '--every', '11'])
    const interrupts = stacks.filter(({ names }) => /^\[interrupt \d+\]$/.test(names[0]!))
    expect(interrupts.flatMap(({ names }) => names)).toContain('az_vector_dispatch')
    expect(interrupts.flatMap(({ names }) => names)).not.toContain('main')
    expect(burners(stacks)).toEqual({ 'main;one': expect.any(Number) })
  })

  test('agrees with the gdb stub about the hottest function', async () => {
    const { document, stacks } = await profile(arch, ['split', '60000'], ['--sampler', 'gdb'])
    expect(document).toMatchObject({ sampler: 'gdb', profile: { unit: 'samples', instructions: null } })
    expect(document.profile.functions[0]!.name).toBe('burn')
    const { 'main;one': one = 0, 'main;three': three = 0 } = burners(stacks)
    expect(three).toBeGreaterThan(one)
  })
})

describe.skipIf(!withQemu)(titled('profile', missing), () => {
  test('boot counts every instruction to main() and goes no further', async () => {
    const args = ['profile', 'boot', 'examples/hello-http', '--json']
    const { status, stdout, stderr } = await azbuild(args, { cwd: root })
    expect(status, stderr).toBe(0)
    const { outcome, profile } = JSON.parse(stdout) as Document
    expect(outcome).toBe('main')
    expect(profile).toMatchObject({ every: 1, samples: profile.instructions })
    expect(profile.functions.map(({ name }) => name)).toContain('az_main')
    expect(profile.functions.map(({ name }) => name)).not.toContain('main')
  })

  test('writes a table on stderr and the files that are asked for; stdout is the guest', async () => {
    const folder = folderWith({})
    const [page, scope] = [join(folder, 'flame.html'), join(folder, 'scope.json')]
    const args = ['profile', 'run', 'examples/hello', '--every', '11', '--out', page, '--speedscope', scope]
    const { status, stdout, stderr } = await azbuild(args, { cwd: root })
    expect(status, stderr).toBe(0)
    expect(stdout).toBe('Hello, World!\n')
    expect(stderr).toMatch(
      /hello \(x86_64\): \d+ samples, one in 11 of \d+ instructions\n +self +total +function/,
    )
    expect(stderr).toMatch(/ % +next_char +core +components\/core\/src\/cmdline\.c:\d+\n/)
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/)
    expectSpeedscope(JSON.parse(readFileSync(scope, 'utf8')))
    expect(readdirSync(join(root, 'out/hello/x86_64')).filter((name) => name.endsWith('.samples'))).toEqual(
      [],
    )
  })

  test('falls back on the gdb stub where QEMU takes no plugin, and says so in a line', async () => {
    const folder = folderWith({ qemu: fakeQemu })
    chmodSync(join(folder, 'qemu'), 0o755)
    const args = ['profile', 'run', app, '--arch', 'x86_64', '--', 'split', '60000']
    const env = { AZBUILD_QEMU: join(folder, 'qemu') }
    const { status, stderr } = await azbuild(args, { cwd: root, env })
    expect(status, stderr).toBe(7)
    expect(stderr).toMatch(/^azbuild: sampling by time through the gdb stub, not by instructions: .*$/m)
    expect(stderr).toMatch(/samples, one each time the machine was interrupted/)
    const refused = await azbuild([...args.slice(0, 5), '--sampler', 'plugin'], { cwd: root, env })
    expect(refused.status).toBe(3)
    expect(refused.stderr).toContain('error[run/qemu-failed]')
  })

  test('refuses what cannot be', async () => {
    const boot = await azbuild(['profile', 'boot', 'examples/hello', '--sampler', 'gdb'], { cwd: root })
    expect(boot.status).toBe(1)
    expect(boot.stderr).toContain('error[profile/needs-plugin]')
    const seldom = await azbuild(['profile', 'run', 'examples/hello', '--every', '1000000000'], { cwd: root })
    expect(seldom.status).toBe(1)
    expect(seldom.stderr).toContain('error[profile/no-samples]')
  })

  test('ends on Ctrl-C and after the timeout with its table, and leaves no process', async () => {
    const mark = `profile-mark-${process.pid}`
    const args = ['profile', 'run', app, '--arch', 'x86_64']
    const late = await azbuild([...args, '--timeout', '2', '--', 'forever', mark], { cwd: root })
    expect(late.status).toBe(124)
    expect(late.stderr).toMatch(/ % +burn +app/)
    expect(processesWith(mark)).toEqual([])

    const child = spawn(process.execPath, ['bin/azbuild.mjs', ...args, '--', 'forever', mark], { cwd: root })
    onTestFinished(() => void child.kill('SIGKILL'))
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    await once(child.stdout, 'data')
    await new Promise((resolve) => setTimeout(resolve, 500))
    child.kill('SIGINT')
    const [status] = (await once(child, 'close')) as [number]
    expect(status).toBe(130)
    expect(stderr).toMatch(/ % +burn +app/)
    expect(await eventually(() => processesWith(mark).length === 0)).toBe(true)
  })
})

/** A QEMU that was built without plugins. */
const fakeQemu = `#!/bin/sh
for word in "$@"; do
  if [ "$word" = -plugin ]; then
    echo "qemu-system-x86_64: -plugin: invalid option" >&2
    exit 1
  fi
done
exec qemu-system-x86_64 "$@"
`

interface Speedscope {
  readonly $schema: string
  readonly shared: { readonly frames: readonly { readonly name: string }[] }
  readonly profiles: readonly [
    {
      readonly type: string
      readonly unit: string
      readonly startValue: number
      readonly endValue: number
      readonly samples: readonly (readonly number[])[]
      readonly weights: readonly number[]
    },
  ]
}

/** What speedscope's file-format-schema.json requires, and that the numbers fit together. */
function expectSpeedscope(document: Speedscope): void {
  expect(document.$schema).toBe('https://www.speedscope.app/file-format-schema.json')
  const [one] = document.profiles
  expect(one).toMatchObject({ type: 'sampled', unit: 'none', startValue: 0, name: expect.any(String) })
  expect(one.weights.length).toBe(one.samples.length)
  expect(one.weights.reduce((sum, weight) => sum + weight, 0)).toBe(one.endValue)
  const { frames } = document.shared
  expect(
    one.samples.flat().every((frame) => Number.isInteger(frame) && frame >= 0 && frame < frames.length),
  ).toBe(true)
  for (const frame of frames) {
    expect(Object.keys(frame).filter((key) => !['name', 'file', 'line'].includes(key))).toEqual([])
    expect(frame.name).toMatch(/./)
  }
  expect(frames.map(({ name }) => name)).toEqual(expect.arrayContaining(['main', 'az_main', 'printf']))
}
