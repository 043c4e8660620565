import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { missingTool, titled } from '../../test/support/tools.ts'
import { nodeHost, type Host } from '../host/index.ts'
import { readImage } from '../link/index.ts'
import { runImage, type GuestArch, type RunOutcome } from '../run/index.ts'
import { buildGuest, guestStamps, removeGuestsAfterTests, stampsInstructions } from '../run/testing/guest.ts'
import { findToolchain } from '../toolchain/index.ts'
import { pluginArguments } from './plugin-arguments.ts'
import { ensurePlugin, pluginSource } from './plugin.ts'
import { readRecording, type Recording } from './recording.ts'

const scratch = mkdtempSync(join(tmpdir(), 'az-plugin, ')) // a comma separates QEMU's options
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
removeGuestsAfterTests()

const hostWith = (env: Record<string, string>, more: Partial<Host> = {}): Host => {
  const host = nodeHost()
  return { ...host, env: { ...host.env, ...env }, ...more }
}

async function sample(
  file: string,
  arch: GuestArch,
  every: number,
  { measured = false, most = 1e6 } = {},
): Promise<{ recording: Recording; outcome: RunOutcome }> {
  const plugin = await ensurePlugin(hostWith({ AZBUILD_CACHE: join(scratch, 'cache') }))
  if (!plugin.ok) throw new Error(plugin.problems[0]!.message + plugin.problems[0]!.output)
  const image = readImage(readFileSync(file), file)
  if (!image.ok) throw new Error(image.problems[0]!.message)
  const out = join(scratch, 'samples')
  const outcome = await runImage('qemu', {
    image: file,
    arch,
    memoryBytes: 16 << 20,
    net: false,
    timeoutSeconds: 60,
    ...(measured ? { measurement: { ...guestStamps, stopAtMain: false } } : {}),
    qemuArgs: pluginArguments(image.value, { plugin: plugin.value, out, every, most, exact: !measured }),
    onConsole: () => {},
    onEvent: () => {},
  })
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems))
  const recording = readRecording(readFileSync(out))
  if (!recording.ok) throw new Error(recording.problems[0]!.message)
  return { recording: recording.value, outcome: outcome.value }
}

const missing = missingTool('qemu-system-x86_64', 'qemu-system-i386')

describe.skipIf(missing !== undefined).each<GuestArch>(['x86_64', 'i386'])(
  titled('the plugin on %s', missing),
  (arch) => {
    it("counts instructions as QEMU's instruction clock does", async () => {
      const count = 5000
      const file = buildGuest('stamps', arch, { COUNT: count })
      const { recording, outcome } = await sample(file, arch, 1, { measured: true })
      expect(recording.samples.length).toBe(recording.instructions)
      // The guest reads its clock, which counts instructions, before and after a loop: rdtsc is 0f 31.
      const bytes = readFileSync(file)
      const reads = recording.samples.flatMap((node, index) => {
        const offset = Number(recording.addresses[node - 1]! - 0x100000n) + loadOffset(file)
        return bytes[offset] === 0x0f && bytes[offset + 1] === 0x31 ? [index] : []
      })
      expect(reads.length).toBe(2)
      expect(reads[1]! - reads[0]!).toBe(stampsInstructions(count))
      expect(outcome).toMatchObject({ kind: 'exit', bootInstructions: stampsInstructions(count) })
    })

    it('takes one sample in each N instructions, the same ones every time', async () => {
      const file = buildGuest('stamps', arch, { COUNT: 100_000 })
      const first = await sample(file, arch, 1009)
      expect(
        Math.abs(first.recording.samples.length - first.recording.instructions! / 1009),
      ).toBeLessThanOrEqual(1)
      // Without their number: newer QEMUs let the guest run on a little after it has asked for its end.
      const { instructions: _, ...again } = (await sample(file, arch, 1009)).recording
      expect(first.recording).toMatchObject(again)
    })
  },
)

function loadOffset(file: string): number {
  const image = readImage(readFileSync(file), file)
  if (!image.ok) throw new Error(image.problems[0]!.message)
  return image.value.segments.find(({ physicalAddress }) => physicalAddress === 0x100000n)!.offset
}

it.skipIf(missing !== undefined)(titled('ends after so many samples', missing), async () => {
  const file = buildGuest('stamps', 'x86_64', { COUNT: 100_000 })
  const { recording } = await sample(file, 'x86_64', 1, { most: 1234 })
  expect(recording.samples.length).toBe(1234)
  expect(recording.instructions).toBeLessThan(2000)
})

it('is C without a warning', async () => {
  const host = nodeHost()
  const toolchain = await findToolchain(host)
  if (!toolchain.ok) throw new Error(toolchain.problems[0]!.message)
  const { program, args } = toolchain.value.cc
  const strict = ['all', 'extra', 'shadow', 'conversion', 'missing-prototypes', 'undef', 'vla', 'error']
  const { status, stderr } = await host.run(program, [
    ...args,
    '--target=x86_64-unknown-linux-gnu',
    ...['-nostdinc', '-ffreestanding', '-fsyntax-only', '-std=c11'],
    ...strict.map((name) => `-W${name}`),
    `${host.packageFolder}/${pluginSource}`,
  ])
  expect(stderr).toBe('')
  expect(status).toBe(0)
})

it('is built once', async () => {
  const host = hostWith({ AZBUILD_CACHE: join(scratch, 'once') })
  const built = await ensurePlugin(host)
  expect(built).toMatchObject({ ok: true })
  const again = await ensurePlugin({ ...host, run: () => Promise.reject(new Error('nothing may be run')) })
  expect(again).toEqual(built)
})

it('says why it cannot be built', async () => {
  expect(await ensurePlugin(hostWith({}, { platform: 'darwin' }))).toMatchObject({
    ok: false,
    problems: [{ code: 'profile/plugin-unbuildable', cause: 'machine' }],
  })
  const failing = { status: 1, signal: null, stdout: '', stderr: 'spoilt' }
  const spoilt = await ensurePlugin(
    hostWith({ AZBUILD_CACHE: join(scratch, 'spoilt') }, { run: async () => failing }),
  )
  expect(spoilt).toMatchObject({
    ok: false,
    problems: [{ code: 'profile/plugin-unbuildable', output: 'spoilt' }],
  })
})
