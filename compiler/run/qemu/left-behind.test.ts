import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as path from 'node:path'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { buildGuest, removeGuestsAfterTests } from '../testing/guest.ts'
import { eventually, processesWith } from '../testing/processes.ts'
import { findQemu } from './find.ts'

const skipped = process.platform !== 'linux' || !findQemu('x86_64').ok

removeGuestsAfterTests()

/** Bundles a program that runs a guest on QEMU with this mark on its command line, and starts it. */
async function startRun(image: string, mark: string): Promise<ReturnType<typeof spawn>> {
  const script = path.join(path.dirname(image), 'run-loop.mjs')
  await build({
    stdin: {
      contents: `import { qemuRunner } from './runner.ts'
        const [image, mark] = process.argv.slice(2)
        const onConsole = (bytes) => void process.stdout.write(bytes)
        void qemuRunner.run({ image, arch: 'x86_64', memoryBytes: 1 << 24, net: true, args: [mark], onConsole, onEvent() {} })`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('/')" },
    outfile: script,
    logLevel: 'error',
  })
  return spawn(process.execPath, [script, image, mark], { stdio: ['ignore', 'pipe', 'inherit'] })
}

describe.skipIf(skipped)('QEMU and those that watch it', () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGHUP'] as const)('end when azbuild dies of %s', async (signal) => {
    const mark = `mark-${process.pid}-${signal}`
    const run = await startRun(buildGuest('loop', 'x86_64'), mark)
    await Promise.race([once(run.stdout!, 'data'), once(run, 'exit')]) // the guest is up
    const machine = (): readonly number[] => processesWith(mark).filter((pid) => pid !== run.pid)
    expect(machine().length).toBeGreaterThanOrEqual(2) // QEMU and its watcher
    run.kill(signal)
    expect(await eventually(() => machine().length === 0)).toBe(true)
  })
})
