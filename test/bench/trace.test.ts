/** The trace of a boot against the machine's own clock, and what it says when there is none to follow. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { measureBoot } from '../../compiler/bench/index.ts'
import { buildImage, type BuildRecord } from '../../compiler/build/index.ts'
import { nodeHost } from '../../compiler/host/index.ts'
import { traceBoot } from '../../compiler/trace/index.ts'
import { packageFolder } from '../cli/azbuild.ts'
import { missingTool, titled } from '../support/tools.ts'

const missing = missingTool('qemu-system-x86_64')
const timeoutMs = 120_000
const host = nodeHost()

async function build(app: string, arch: 'x86_64' | 'i386'): Promise<BuildRecord> {
  const built = await buildImage(host, { app: join(packageFolder, 'examples', app), arch })
  if (!built.ok) throw new Error(JSON.stringify(built.problems))
  return built.value.record
}

for (const arch of ['x86_64', 'i386'] as const) {
  const lacking = arch === 'x86_64' ? missing : undefined
  test.skipIf(lacking !== undefined)(
    titled(`what ran from entry to main() is what the time stamp counter counted on ${arch}`, lacking),
    async () => {
      const record = await build('hello-http', arch)
      const counted = await measureBoot(host, record)
      const traced = await traceBoot(host, record)
      if (!counted.ok || !traced.ok) throw new Error(JSON.stringify([counted, traced]))
      const { root, events } = traced.value
      expect(events.find(({ name }) => name === 'main')?.atInstructions).toBe(counted.value)
      const names = events.map(({ name }) => name)
      expect(names[0]).toBe('entry')
      expect(names.slice(-3)).toEqual(['main', 'listen', 'idle'])
      expect(names).toContain('net: net/tcp')
      expect(root).toMatchObject({ name: 'hello-http', owner: 'image', selfInstructions: 0 })
      expect(root.children.map(({ name }) => name)).toEqual(['az_boot_entry'])
    },
    timeoutMs,
  )
}

test(
  'says why an image cannot be followed to its end',
  async () => {
    const record = await build('hello', 'i386')
    expect(await traceBoot(host, record, { instructionsMax: 1000 })).toMatchObject({
      problems: [{ code: 'trace/too-long' }],
    })
    expect(await traceBoot(host, record, { signal: AbortSignal.abort() })).toMatchObject({
      problems: [{ code: 'trace/stopped', message: expect.stringContaining('interrupted') }],
    })
    expect(await traceBoot(host, { ...record, symbols: record.image })).toMatchObject({
      problems: [{ code: 'trace/no-symbols' }],
    })
  },
  timeoutMs,
)
