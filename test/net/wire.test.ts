import { createHash } from 'node:crypto'
import { describe, expect, test, beforeAll } from 'vitest'
import { buildApp, freePort, serveApp } from '../support/serving.ts'
import { missingTool, titled } from '../support/tools.ts'
import { fnv1a, servedBytes } from '../support/net/bytes-app.ts'

/** What a bad wire does to images: both TCPs, the kernel's and the runner's, repair loss, reordering and duplicates. */
const missing = missingTool('qemu-system-x86_64', 'qemu-system-i386')
const timeout = 240_000
const length = 8 * 2 ** 20
const body = servedBytes(length)
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe.each([
  { runner: 'v86', arch: 'i386' },
  { runner: 'qemu', arch: 'i386' },
  { runner: 'qemu', arch: 'x86_64' },
])('$runner, $arch', ({ runner, arch }) => {
  const skipped = runner === 'qemu' ? missing : undefined
  beforeAll(() => {
    if (skipped === undefined) buildApp('test/apps/bytes', arch)
  }, 600_000)
  const serve = async (wire: string) =>
    serveApp('test/apps/bytes', [
      ...['--runner', runner, '--arch', arch, '--port', `${await freePort()}:8080`, '--wire', wire],
    ])

  test.skipIf(skipped)(
    titled('8 MiB arrive whole either way on a wire that loses, reorders and doubles', skipped),
    { timeout },
    async () => {
      const serving = await serve('loss=2%,reorder=5%,duplicate=1%,seed=7')
      const down = await fetch(`${serving.url}bytes/${length}`)
      expect(sha256(Buffer.from(await down.arrayBuffer()))).toBe(sha256(body))
      const up = await fetch(`${serving.url}up`, { method: 'POST', body })
      expect(await up.text()).toBe(`${length} ${fnv1a(body)}\n`)
      expect(await serving.interrupt()).toBe(130)
    },
  )

  test.skipIf(skipped)(
    titled('the wire is used: nothing answers when all is lost', skipped),
    { timeout },
    async () => {
      const serving = await serve('loss=100%')
      const answer = fetch(serving.url, { signal: AbortSignal.timeout(1500) })
      await expect(answer).rejects.toThrow()
      expect(await serving.interrupt()).toBe(130)
    },
  )
})
