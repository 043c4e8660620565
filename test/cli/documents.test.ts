import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { azbuild, folderWith, packageFolder } from './azbuild.ts'

const printf = '#include <stdio.h>\n\nint main(void)\n{\n    printf("%d\\n", 42);\n    return 0;\n}\n'
const config =
  "import { defineConfig } from 'azbuild'\n\nexport default defineConfig({ budget: { i386: { imageBytes: 100, syscalls: ['writev'] } } })\n"

test('every document that docs/guides/scripting.md promises', async () => {
  const cwd = folderWith({ 'app/main.c': printf, 'app/shog.config.ts': config })
  const ask = async (expected: number, ...args: string[]) => {
    const { status, stdout, stderr } = await azbuild([...args, '--json'], { cwd })
    expect(status, `${args.join(' ')}: ${stderr}`).toBe(expected)
    return JSON.parse(stdout)
  }
  const image = await ask(0, 'image', 'app', '--arch', 'i386')
  expect(Object.keys(image)).toEqual(
    expect.arrayContaining([
      'name',
      'arch',
      'image',
      'symbols',
      'map',
      'bytes',
      'components',
      'syscalls',
      'declared',
    ]),
  )
  expect(image).toMatchObject({ name: 'app', arch: 'i386', declared: {} })
  expect(statSync(image.image).size).toBe(image.bytes)
  expect([image.symbols, image.map].map(existsSync)).toEqual([true, true])
  expect(image.syscalls).toContain('exit_group')
  expect(image.components).toContain('core')

  const checked = await ask(1, 'image', 'app', '--arch', 'i386', '--check')
  expect(checked).toMatchObject({
    bytes: image.bytes,
    checks: [
      { name: 'imageBytes', limit: 100, actual: image.bytes, ok: false },
      { name: 'syscalls', limit: ['writev'], ok: false },
    ],
  })

  const size = await ask(0, 'size', 'app', '--arch', 'i386')
  expect(size.bytes).toBe(image.bytes)
  expect(size.parts.reduce((sum: number, part: { bytes: number }) => sum + part.bytes, 0)).toBe(image.bytes)
  for (const part of size.parts) {
    expect(part.symbols.reduce((sum: number, symbol: { bytes: number }) => sum + symbol.bytes, 0)).toBe(
      part.bytes,
    )
  }

  expect(await ask(0, 'why', 'writev', 'app', '--arch', 'i386')).toMatchObject({
    kind: 'syscall',
    name: 'writev',
    because: expect.arrayContaining([expect.stringMatching(/^app\/main\.c:5 main calls printf$/)]),
    implementer: expect.stringMatching(/^posix\//),
  })
  expect(await ask(0, 'why', 'core', 'app', '--arch', 'i386')).toMatchObject({
    kind: 'component',
    name: 'core',
  })
  expect(await ask(0, 'why', 'NET_TCP', 'app', '--arch', 'i386')).toMatchObject({
    name: 'NET_TCP',
    value: 'n',
    toEnable: expect.any(Array),
  })
  expect(await ask(1, 'why', 'writef', 'app', '--arch', 'i386')).toEqual({
    kind: 'absent',
    name: 'writef',
    nearest: 'writev',
  })

  expect(await ask(0, 'config', 'get', 'LOG', 'CONFIG_NET_TCP', '--app', 'app')).toEqual({
    LOG: 'n',
    NET_TCP: 'n',
  })
  const file = join(cwd, 'app/.config')
  expect(await ask(0, 'config', 'set', 'LOG=y', '--app', 'app')).toEqual({ file, outcome: 'written' })
  expect(readFileSync(file, 'utf8')).toBe('CONFIG_LOG=y\n')
  expect(await ask(0, 'config', 'save', '--app', 'app')).toEqual({ file, outcome: 'unchanged' })
  expect(await ask(0, 'config', 'olddefconfig', '--app', 'app')).toEqual({ file, outcome: 'written' })
  expect(readFileSync(file, 'utf8')).toMatch(/^CONFIG_LIBC_RT=y$/m)

  const frames = await ask(0, 'symbolize', '0x1', '--file', image.symbols)
  expect(frames).toEqual({ file: image.symbols, frames: [expect.stringMatching(/^0x1\b/)] })

  const doctor = await ask(0, 'doctor')
  expect(doctor.version).toBe(JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')).version)
  expect(doctor.findings).toContainEqual(
    expect.objectContaining({ name: 'ninja', kind: 'needed', found: expect.any(String) }),
  )
  expect(await ask(0, 'clean')).toEqual({ removed: [join(cwd, 'out')] })
  expect(existsSync(join(cwd, 'out'))).toBe(false)
})
