import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { missingTool, titled } from '../../support/tools.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const timeoutMs = 120_000

/** Boots an image as somebody without azbuild does; resolves with QEMU's exit status and what the serial port said. */
function boot(arch: string, machine: string): Promise<{ status: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const args = [
      '-M',
      machine,
      '-cpu',
      'max',
      '-m',
      '64M',
      '-display',
      'none',
      '-monitor',
      'none',
      '-serial',
      'stdio',
    ]
    const qemu = spawn(`qemu-system-${arch}`, [...args, '-kernel', `out/power-off/${arch}/power-off.elf`], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const alarm = setTimeout(() => qemu.kill('SIGKILL'), 60_000)
    let text = ''
    qemu.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
    qemu.on('error', reject)
    qemu.on('close', (status) => {
      clearTimeout(alarm)
      resolve({ status, text: text.replaceAll('\r', '') })
    })
  })
}

const missing = missingTool('qemu-system-x86_64', 'qemu-system-i386')

describe.skipIf(missing).each(['x86_64', 'i386'])(
  titled('an image of %s with machine/acpi-off', missing),
  (arch) => {
    beforeAll(() => {
      const args = ['image', 'test/boot/power-off', '--arch', arch]
      const built = spawnSync(process.execPath, ['bin/azbuild.mjs', ...args], { cwd: root, encoding: 'utf8' })
      expect(built.status, built.stderr).toBe(0)
    }, timeoutMs)

    // Without -no-reboot: a reset would print it again and again, and never end.
    test.each(['q35', 'pc', 'microvm'])(
      'switches a %s off by itself',
      async (machine) => {
        expect(await boot(arch, machine)).toEqual({ status: 0, text: 'done\n' })
      },
      timeoutMs,
    )
  },
)
