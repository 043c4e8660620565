import { describe, expect, test, beforeAll, onTestFinished } from 'vitest'
import { join } from 'node:path'
import { qemuRunner } from '../../compiler/run/qemu/runner.ts'
import type { GuestArch } from '../../compiler/run/request.ts'
import { buildApp, root } from '../support/serving.ts'
import { missingTool, titled } from '../support/tools.ts'

/**
 * The same image serves on every machine: by PCI on a PC; without a bus on a microvm, whose devices ACPI describes or, without ACPI,
 * words on the command line; their interrupts on a second I/O APIC, on the first, or on the 8259s.
 */
const missing = missingTool('qemu-system-x86_64', 'qemu-system-i386')
const machines = ['q35', 'pc', 'microvm', 'microvm,ioapic2=off', 'microvm,pic=off']
/** Words on the command line: QEMU adds them for PVH alone, and to an i386 image it is a multiboot loader. */
const withoutAcpi = 'microvm,acpi=off'

/** Boots hello-http, and gives what it answers to as many requests, one after the other. */
async function ask(arch: GuestArch, machine: string, cpu: string, requests: number): Promise<string[]> {
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  let said = ''
  let found: (url: string) => void
  const url = new Promise<string>((resolve) => (found = resolve))
  const outcome = qemuRunner.run({
    image: join(root, 'out/hello-http', arch, 'hello-http.elf'),
    ...{ arch, machine, cpu, memoryBytes: 64 * 2 ** 20, net: true, rng: false },
    ports: [{ protocol: 'tcp', hostPort: 0, guestPort: 8080 }],
    timeoutSeconds: 20,
    signal: stop.signal,
    onConsole: (bytes) => void (said += Buffer.from(bytes).toString('latin1')),
    onEvent: (event) => {
      if (event.kind === 'listening') found(`http://127.0.0.1:${event.port}/`)
    },
  })
  const ended = outcome.then((result): never => {
    throw new Error(`it ended: ${JSON.stringify(result)}\n${said}`)
  })
  const answers = async (): Promise<string[]> => {
    const pages: string[] = []
    for (let i = 0; i < requests; i++) {
      const response = await fetch(await url, { headers: { connection: 'close' } })
      pages.push(`${response.status} ${await response.text()}`)
    }
    return pages
  }
  const pages = await Promise.race([answers(), ended])
  ended.catch(() => {})
  stop.abort()
  expect(await outcome).toMatchObject({ ok: true, value: { kind: 'interrupted' } })
  return pages
}

describe.each(['x86_64', 'i386'] as const)('hello-http, %s', (arch) => {
  beforeAll(() => {
    if (missing === undefined) buildApp('examples/hello-http', arch)
  }, 600_000)
  const page = '200 <!DOCTYPE html><html><p>Hello, World!</p></html>'

  const all = arch === 'x86_64' ? [...machines, withoutAcpi] : machines
  test.skipIf(missing).each(all)(titled('serves on %s', missing), { timeout: 120_000 }, async (machine) => {
    expect(await ask(arch, machine, 'max', 3)).toEqual([page, page, page])
  })
})
