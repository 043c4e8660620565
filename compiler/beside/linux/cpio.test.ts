import { expect, it } from 'vitest'
import { renderCpio } from './cpio.ts'

const text = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes)

it('is an archive in the newc format, each part at a multiple of 4', () => {
  const archive = renderCpio([
    { kind: 'folder', path: 'dev' },
    { kind: 'device', path: 'dev/console', major: 5, minor: 1 },
    { kind: 'file', path: 'init', mode: 0o755, content: new TextEncoder().encode('hello') },
  ])
  const zeros = (count: number): string => '00000000'.repeat(count)
  expect(text(archive)).toBe(
    // magic, inode, mode, uid, gid, links, time, size, device, device of the node, length of the name, check
    `07070100000001000041ED${zeros(2)}00000002${zeros(6)}00000004${zeros(1)}dev\0\0\0` +
      `0707010000000200002180${zeros(2)}00000001${zeros(4)}00000005000000010000000C${zeros(1)}dev/console\0\0\0` +
      `07070100000003000081ED${zeros(2)}00000001${zeros(1)}00000005${zeros(4)}00000005${zeros(1)}init\0\0hello\0\0\0` +
      `0707010000000000000000${zeros(2)}00000001${zeros(6)}0000000B${zeros(1)}TRAILER!!!\0\0\0\0`,
  )
})

it('gives equal bytes for equal entries', () => {
  const entries = [{ kind: 'file', path: 'a', mode: 0o644, content: Uint8Array.of(1, 2, 3) }] as const
  expect(renderCpio(entries)).toEqual(renderCpio(entries))
})
