import { expect, test } from 'vitest'
import type { Owner, SizePart } from '../link/index.ts'
import type { SizeNode } from './document.ts'
import { sizeTree } from './size-tree.ts'

const part = (kind: Owner['kind'], name: string, symbols: readonly [string, string, number][]): SizePart => ({
  owner: { kind, name },
  bytes: symbols.reduce((sum, [, , bytes]) => sum + bytes, 0),
  zeroBytes: 0,
  symbols: symbols.map(([symbol, object, bytes]) => ({ name: symbol, object, bytes })),
})
const parts = [
  part('component', 'net/tcp', [
    ['tcp_input', 'out/a/x86_64/obj/net/tcp/input.o', 40],
    ['tcp_output', 'out/a/x86_64/obj/net/tcp/output.o', 50],
    ['tcp_reset', 'out/a/x86_64/obj/net/tcp/output.o', 5],
  ]),
  part('component', 'net/udp', [['udp_input', 'out/a/x86_64/obj/net/udp/udp.o', 20]]),
  part('component', 'arch/x86', [['entry', 'out/a/x86_64/obj/arch/x86/entry.o', 9]]),
  part('component', 'generated', [['az_init_run', 'out/a/x86_64/obj/generated/init.o', 8]]),
  part('libc', 'libc', [['printf', '/cache/libc/12ab/libc.a(stdio_printf.o)', 30]]),
  part('app', 'app', [
    ['main', 'out/a/x86_64/obj/app/main.o', 10],
    ['helper', 'out/a/x86_64/obj/app/lib/helper.o', 11],
    ['ready', 'lib/libready.a(ready.o)', 3],
  ]),
  part('component', 'libc/malloc', []),
  part('headers', 'headers', [['ELF header', '', 64]]),
  part('padding', 'padding', [['padding', '', 7]]),
]
const bytes = parts.reduce((sum, one) => sum + one.bytes, 0)
const sources: Readonly<Record<string, string>> = {
  'out/a/x86_64/obj/net/tcp/input.o': '/opt/azbuild/components/net/tcp/src/input.c',
  'out/a/x86_64/obj/net/tcp/output.o': '/opt/azbuild/components/net/tcp/src/output.c',
  'out/a/x86_64/obj/net/udp/udp.o': 'components/net/udp/src/udp.c',
  'out/a/x86_64/obj/arch/x86/entry.o': '../azbuild/components/arch/x86/src/x86_64/entry.S',
  'out/a/x86_64/obj/generated/init.o': 'out/a/x86_64/gen/src/init.c',
  'out/a/x86_64/obj/app/main.o': 'main.c',
  'out/a/x86_64/obj/app/lib/helper.o': 'lib/helper.c',
}
const tree = sizeTree('a', { bytes, parts }, (object) => sources[object])

test('every node is the sum of what it holds, the root the file', () => {
  const check = (node: SizeNode): void => {
    if (!node.children) return
    expect(
      node.children.reduce((sum, child) => sum + child.bytes, 0),
      node.name,
    ).toBe(node.bytes)
    node.children.forEach(check)
  }
  expect(tree).toMatchObject({ name: 'a', kind: 'image', bytes })
  check(tree)
})

test('by category, component, source and symbol, largest first, without a path of this machine', () => {
  const lines = (node: SizeNode, depth = 0): readonly string[] => [
    `${'  '.repeat(depth)}${node.kind} ${node.name} ${node.bytes}`,
    ...(node.children ?? []).flatMap((child) => lines(child, depth + 1)),
  ]
  expect(lines(tree)).toEqual([
    `image a ${bytes}`,
    '  group network 115',
    '    component net/tcp 95',
    '      file output.c 55',
    '        symbol tcp_output 50',
    '        symbol tcp_reset 5',
    '      file input.c 40',
    '        symbol tcp_input 40',
    '    component net/udp 20',
    '      file udp.c 20',
    '        symbol udp_input 20',
    '  group file format 71',
    '    component headers 64',
    '      symbol ELF header 64',
    '    component padding 7',
    '      symbol padding 7',
    '  group C library 30',
    '    file stdio/printf.c 30',
    '      symbol printf 30',
    '  group app 24',
    '    file lib/helper.c 11',
    '      symbol helper 11',
    '    file main.c 10',
    '      symbol main 10',
    '    file ready.o 3',
    '      symbol ready 3',
    '  group core 17',
    '    component arch/x86 9',
    '      file x86_64/entry.S 9',
    '        symbol entry 9',
    '    component generated 8',
    '      file init.c 8',
    '        symbol az_init_run 8',
  ])
})

test('parts that do not add up are a bug of ours, never a wrong picture', () => {
  expect(() => sizeTree('a', { bytes: bytes + 1, parts }, () => undefined)).toThrow(/adds up/)
})
