/** Figures of `azbuild bench` are equal to the instruction on a machine that is busy with something else. */
import { spawn } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { azbuild, packageFolder } from '../cli/azbuild.ts'
import { missingTool, titled } from '../support/tools.ts'

const missing = missingTool('qemu-system-x86_64')
const timeoutMs = 300_000

type Figures = Readonly<Record<string, unknown>>
interface Document {
  readonly images: readonly Figures[]
  readonly primitives: Figures | null
}

async function bench(...args: readonly string[]): Promise<Document> {
  const done = await azbuild(['bench', ...args, '--json'], { cwd: packageFolder })
  expect(done.status, done.stderr).toBe(0)
  return JSON.parse(done.stdout) as Document
}

/** What a document promises to be exact. */
const exactOf = (figures: Figures): Figures =>
  Object.fromEntries(Object.entries(figures).filter(([name]) => name.endsWith('Instructions')))

function keepBusy(): void {
  const busy = spawn(process.execPath, ['-e', 'for (;;) {}'], { stdio: 'ignore' })
  onTestFinished(() => void busy.kill('SIGKILL'))
}

const sum = (values: unknown): number =>
  Object.values(values as Readonly<Record<string, number>>).reduce((a, b) => a + b, 0)

for (const arch of ['x86_64', 'i386'] as const) {
  const lacking = arch === 'x86_64' ? missing : undefined
  test.skipIf(lacking !== undefined)(
    titled(`two runs, the second beside a busy process, count alike on ${arch}`, lacking),
    async () => {
      const args = ['hello', 'hello-http', '--arch', arch, '--no-primitives']
      const first = await bench(...args)
      keepBusy()
      const second = await bench(...args)
      expect(second.images.map(exactOf)).toEqual(first.images.map(exactOf))
      const [hello, http] = first.images
      expect(hello).toMatchObject({ requestInstructions: null, listenInstructions: null })
      expect(sum(http!['requestLayerInstructions'])).toBe(http!['requestInstructions'])
      expect(sum(http!['connectionLayerInstructions'])).toBe(http!['connectionInstructions'])
      expect(sum(http!['components'])).toBe(http!['bytes'])
      expect(Object.keys(http!['syscallInstructions'] as object)).toContain('epoll_pwait')
      expect(http!['pages']).toEqual({ atMain: expect.any(Number), highWater: expect.any(Number) })
    },
    timeoutMs,
  )
}

test.skipIf(missing !== undefined)(
  titled('primitives count alike twice', missing),
  async () => {
    const first = await bench('hello', '--arch', 'x86_64')
    keepBusy()
    const second = await bench('hello', '--arch', 'x86_64')
    expect(second.primitives).toEqual(first.primitives)
    expect(
      Object.keys(first.primitives!).filter((name) => name.endsWith('Instructions')).length,
    ).toBeGreaterThan(20)
  },
  timeoutMs,
)
