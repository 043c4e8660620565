import { describe, expect, it } from 'vitest'
import { bindFailure } from './host-ports.ts'
import { parseMemorySize, renderBytes } from './memory-size.ts'
import { forwardOf, parseAllowedPeer, parsePortForward } from './ports.ts'

const valueOf = (result: {
  ok: boolean
  value?: unknown
  problems?: readonly { code: string }[]
}): unknown => (result.ok ? result.value : result.problems![0]!.code)

describe('parsePortForward', () => {
  it.each([
    ['8080:80', { protocol: 'tcp', hostPort: 8080, guestPort: 80 }],
    ['0:80', { protocol: 'tcp', hostPort: 0, guestPort: 80 }],
    ['80', { protocol: 'tcp', hostPort: 80, guestPort: 80 }],
    ['5353:53/udp', { protocol: 'udp', hostPort: 5353, guestPort: 53 }],
    ['8080:0', 'run/bad-port'],
    ['65536:1', 'run/bad-port'],
    ['1:65536', 'run/bad-port'],
    ['http', 'run/bad-port'],
    ['1:2:3', 'run/bad-port'],
    ['', 'run/bad-port'],
  ])('%s', (text, expected) => expect(valueOf(parsePortForward(text))).toEqual(expected))
})

describe('parseAllowedPeer', () => {
  it.each([
    ['Example.com:443', { host: 'example.com', port: 443 }],
    ['10.0.2.2:*', { host: '10.0.2.2', port: 0 }],
    ['*:80', { host: '*', port: 80 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['example.com', 'run/bad-peer'],
    ['example.com:0', 'run/bad-peer'],
    ['a b:1', 'run/bad-peer'],
  ])('%s', (text, expected) => expect(valueOf(parseAllowedPeer(text))).toEqual(expected))
})

it('forwards a port under its own number unless told otherwise', () => {
  const forwards = [{ protocol: 'tcp', hostPort: 8080, guestPort: 80 }] as const
  expect(forwardOf(forwards, 'tcp', 80).hostPort).toBe(8080)
  expect(forwardOf(forwards, 'udp', 80).hostPort).toBe(80)
  expect(forwardOf(forwards, 'tcp', 81).hostPort).toBe(81)
})

describe('parseMemorySize', () => {
  it.each([
    ['1280K', 1280 * 1024],
    ['64M', 2 ** 26],
    ['4g', 2 ** 32],
    ['2MiB', 2 ** 21],
    ['4096', 4096],
    ['0', 'run/bad-memory-size'],
    ['64 M', 'run/bad-memory-size'],
    ['1.5G', 'run/bad-memory-size'],
    ['-1M', 'run/bad-memory-size'],
    ['lots', 'run/bad-memory-size'],
  ])('%s', (text, expected) => expect(valueOf(parseMemorySize(text))).toEqual(expected))

  it('comes back from its own rendering', () => {
    for (const bytes of [1, 1536, 1280 * 1024, 2 ** 30, 3 * 2 ** 20 + 1])
      expect(valueOf(parseMemorySize(renderBytes(bytes)))).toBe(bytes)
  })
})

it('tells a port that this user may not open from one that is taken', () => {
  const forward = { protocol: 'tcp', hostPort: 80, guestPort: 8080 } as const
  const denied = Object.assign(new Error('listen EACCES: permission denied 127.0.0.1:80'), { code: 'EACCES' })
  expect(bindFailure(forward, denied)).toMatchObject({
    code: 'run/port-not-allowed',
    message: expect.stringContaining('80'),
    hint: expect.stringContaining('--port'),
  })
})
