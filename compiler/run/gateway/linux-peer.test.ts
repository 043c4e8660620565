import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { nodeHost } from '../../host/index.ts'
import { generator } from '../usernet/testing/simulation.ts'
import { createGateway } from './gateway.ts'

/** Linux's TCP is the guest here, so that our stack meets one that is not its own. */
const compiler = nodeHost().findProgram('cc')
const absent = process.platform !== 'linux' || !fs.existsSync('/dev/net/tun') || compiler === undefined

interface Peer {
  /** Ports of this machine that lead to the peer's ports 7007 to 7010 and the closed one 7011. */
  readonly echo: number
  readonly source: number
  readonly sink: number
  readonly outward: number
  readonly nothing: number
  readonly notices: readonly string[]
}

describe.skipIf(absent)(
  `the gateway and Linux${absent ? ' (skipped: needs /dev/net/tun and cc)' : ''}`,
  () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'az-peer-'))
    const program = path.join(folder, 'linux-peer')
    const running: (() => void)[] = []
    beforeAll(() => {
      execFileSync(compiler!, [
        '-O1',
        '-Wall',
        '-Wextra',
        '-o',
        program,
        path.join(import.meta.dirname, 'testing/linux-peer.c'),
      ])
    })
    afterEach(() => running.splice(0).forEach((end) => end()))
    afterAll(() => fs.rmSync(folder, { recursive: true }))

    /** Starts a peer behind a link that loses, doubles and delays frames with this probability. */
    async function startPeer(faults: number, allowed: number): Promise<Peer> {
      const random = generator(7)
      const server = path.join(import.meta.dirname, 'testing/linux-peer.mjs')
      const child = spawn(program, [process.execPath, server], { stdio: ['pipe', 'pipe', 'inherit'] })
      running.push(() => child.kill())
      child.stdin.on('error', () => {})
      const pass = (go: () => void): void => {
        if (random() < faults) return
        if (random() < faults) go()
        if (random() < faults) setTimeout(go, 5)
        else go()
      }
      const notices: string[] = []
      const gateway = createGateway({
        allowConnect: [{ host: '127.0.0.1', port: allowed }],
        onNotice: (text) => notices.push(text),
        hasRoom: () => child.stdin.writableLength < 0x10000,
        deliver: (frame) =>
          pass(() =>
            child.stdin.write(Buffer.concat([Buffer.of(frame.length >> 8, frame.length & 0xff), frame])),
          ),
      })
      child.stdin.on('drain', gateway.pump)
      let bytes = Buffer.alloc(0)
      child.stdout.on('data', (piece: Buffer) => {
        bytes = Buffer.concat([bytes, piece])
        while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
          const end = 2 + bytes.readUInt16BE(0)
          const frame = Uint8Array.from(bytes.subarray(2, end))
          pass(() => gateway.receive(frame))
          bytes = bytes.subarray(end)
        }
      })
      const [echo, source, sink, outward, nothing] = await Promise.all(
        [7007, 7008, 7009, 7010, 7011].map(async (guestPort) => {
          const opened = await gateway.open({ protocol: 'tcp', hostPort: 0, guestPort })
          if (!opened.ok) throw new Error(opened.problems[0]!.message)
          return opened.value
        }),
      )
      const peer = {
        echo: echo!,
        source: source!,
        sink: sink!,
        outward: outward!,
        nothing: nothing!,
        notices,
      }
      for (let tries = 0; tries < 100; tries++) {
        if ((await talk(peer.echo, 'up?').catch(() => '')).toString() === 'up?') return peer
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      throw new Error('the peer did not come up')
    }

    const big = Buffer.alloc(8 << 20).map((_, i) => (i * 31 + (i >> 8)) % 251)
    const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

    it('exchange 8 MiB both ways, 200 connections at once, refusals and outward connections', async () => {
      const outside = net
        .createServer((socket) => socket.on('data', (bytes) => socket.end(bytes)))
        .listen(0, '127.0.0.1')
      await once(outside, 'listening')
      const { port } = outside.address() as net.AddressInfo
      const peer = await startPeer(0, port)
      expect((await talk(peer.sink, big)).toString()).toBe(hashOf(big))
      expect(hashOf(await talk(peer.source, `${8 << 20}\n`))).toBe(hashOf(Buffer.alloc(8 << 20, 'pattern')))
      const pieces = Array.from({ length: 200 }, (_, i) => big.subarray(i, i + 30_000))
      const echoes = await Promise.all(pieces.map((piece) => talk(peer.echo, piece)))
      echoes.forEach((echo, i) => expect(Buffer.compare(echo, pieces[i]!)).toBe(0))
      await expect(talk(peer.nothing, 'x')).rejects.toThrow('ECONNRESET')
      expect((await talk(peer.outward, `${port}\n`)).toString()).toBe('hello')
      expect((await talk(peer.outward, `${port === 1 ? 2 : 1}\n`)).toString()).toBe('ECONNREFUSED')
      expect(peer.notices).toEqual([
        'the app tried to connect to 10.0.2.2:1, and was refused: allow it with --allow-connect 10.0.2.2:1',
      ])
      outside.close()
    })

    it('lose nothing on a link that does', async () => {
      const peer = await startPeer(0.03, 1)
      const half = big.subarray(0, 1 << 19)
      expect((await talk(peer.sink, half)).toString()).toBe(hashOf(half))
      expect(hashOf(await talk(peer.source, `${1 << 19}\n`))).toBe(hashOf(Buffer.alloc(1 << 19, 'pattern')))
      const pieces = Array.from({ length: 50 }, (_, i) => big.subarray(i, i + 20_000))
      const echoes = await Promise.all(pieces.map((piece) => talk(peer.echo, piece)))
      echoes.forEach((echo, i) => expect(Buffer.compare(echo, pieces[i]!)).toBe(0))
    })
  },
)

/** Sends everything, ends, and returns everything that came back. */
async function talk(port: number, bytes: Uint8Array | string): Promise<Buffer> {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const pieces: Buffer[] = []
  socket.on('data', (piece) => pieces.push(piece))
  socket.end(bytes)
  await once(socket, 'end')
  return Buffer.concat(pieces)
}
