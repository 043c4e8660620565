import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { missingTool, titled } from '../../support/tools.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const timeoutMs = 120_000

/** Boots the image on a machine without 8259s, types once it is ready, and ends its input. */
function talk(arch: string): Promise<{ status: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const machine = [
      '-M',
      'microvm,pic=off',
      '-cpu',
      'max',
      '-m',
      '64M',
      '-display',
      'none',
      '-monitor',
      'none',
    ]
    const end = ['-device', 'isa-debug-exit,iobase=0xf4,iosize=4', '-append', 'az.exit=0xf4']
    const image = `out/polled-input/${arch}/polled-input.elf`
    const qemu = spawn(`qemu-system-${arch}`, [...machine, '-serial', 'stdio', ...end, '-kernel', image], {
      cwd: root,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const alarm = setTimeout(() => qemu.kill('SIGKILL'), 60_000)
    let text = ''
    qemu.stdout.setEncoding('utf8').on('data', (part: string) => {
      const before = text
      text += part
      if (!before.includes('ready') && text.includes('ready')) {
        setTimeout(() => qemu.stdin.write('one\ntwo\n\x04'), 50)
      }
    })
    qemu.on('error', reject)
    qemu.on('close', (status) => {
      clearTimeout(alarm)
      resolve({ status, text: text.replaceAll('\r', '') })
    })
  })
}

const missing = missingTool('qemu-system-x86_64', 'qemu-system-i386')

test.skipIf(missing).each(['x86_64', 'i386'])(
  titled('input arrives where no controller takes its line: %s', missing),
  async (arch) => {
    const args = ['bin/azbuild.mjs', 'image', 'test/boot/polled-input', '--arch', arch]
    const built = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
    expect(built.status, built.stderr).toBe(0)
    const { status, text } = await talk(arch)
    expect(text).toBe('nothing yet: 0\nready\nthen: 1\ngot one\ngot two\n')
    expect(status).toBe(1) // isa-debug-exit's (0 << 1) | 1
  },
  timeoutMs,
)
