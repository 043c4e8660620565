import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildApp, root } from '../../support/serving.ts'
import { missingTool, titled } from '../../support/tools.ts'

const app = 'test/boot/threads'
const missing = missingTool('qemu-system-x86_64', 'qemu-system-i386')
const timeout = 120_000

async function azbuild(...args: readonly string[]): Promise<{ status: number | null; text: string }> {
  const child = spawn(process.execPath, ['bin/azbuild.mjs', ...args], { cwd: root })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part))
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, text }
}

describe.each(['x86_64', 'i386'])('threads on %s', (arch) => {
  beforeAll(() => {
    if (missing === undefined) buildApp(app, arch)
  }, 300_000)

  const run = (fault: string) =>
    azbuild('run', app, '--runner', 'qemu', '--arch', arch, '--timeout', '60', '--', fault)

  test.skipIf(missing)(titled('threads that all wait are a panic', missing), { timeout }, async () => {
    const { status, text } = await run('deadlock')
    expect(text).toContain('deadlock: the app waits, and nothing on this machine can wake it')
    expect(text).toMatch(/(main|locks_b_then_a)\+.* at test\/boot\/threads\/main\.c:\d+/)
    expect(text).not.toContain('still here')
    expect(status).toBe(134)
  })

  test.skipIf(missing)(
    titled('a stack that is too small ends at its guard page', missing),
    { timeout },
    async () => {
      const { status, text } = await run('depth')
      expect(text).toMatch(/az: panic: (write at address .*, where there is no memory|double fault)/)
      expect(text).toMatch(/down.* at test\/boot\/threads\/main\.c:\d+/)
      expect(status).toBe(134)
    },
  )
})

test(
  'who can create a thread has threads, with the line that does, and nobody else',
  { timeout },
  async () => {
    const why = await azbuild('why', 'SCHED_THREADS', app)
    expect(why.text).toMatch(/main\.c:\d+ main calls pthread_create/)
    expect((await azbuild('why', 'SCHED_THREADS', 'hello')).text).toContain('nothing in the app asks for it')
  },
)
