import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import * as http from 'node:http'
import * as net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fnv1a, servedBytes } from '../support/net/bytes-app.ts'

/** Real images behind every network a runner has, met as a user's clients meet them. */
const root = fileURLToPath(new URL('../../', import.meta.url))
const timeoutMs = 180_000
const hasQemu = (arch: string): boolean => spawnSync(`qemu-system-${arch}`, ['--version']).status === 0

interface Target {
  readonly runner: 'v86' | 'qemu'
  readonly arch: 'i386' | 'x86_64'
  readonly network: 'azbuild' | 'qemu'
}
const v86: Target = { runner: 'v86', arch: 'i386', network: 'azbuild' }
const targets: readonly Target[] = [
  v86,
  ...(hasQemu('x86_64')
    ? (['azbuild', 'qemu'] as const).map((network): Target => ({ runner: 'qemu', arch: 'x86_64', network }))
    : []),
]
/** slirp takes one pending connection at a time, so only our own network is asked for many at once. */
const ours = targets.filter(({ network }) => network === 'azbuild')

const running: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of running.splice(0)) await end()
})

/** Starts an app; resolves with the port of the host where its port 8080 is, and ends it after the test. */
async function serve(app: string, { runner, arch, network }: Target): Promise<number> {
  const child = spawn(
    process.execPath,
    [
      'bin/azbuild.mjs',
      'run',
      app,
      '--runner',
      runner,
      '--arch',
      arch,
      '--network',
      network,
      '--port',
      '0:8080',
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'pipe'] },
  )
  const ended = once(child, 'close')
  running.push(async () => {
    child.kill('SIGINT')
    await ended
  })
  let said = ''
  return new Promise((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
    void ended.then(() => reject(new Error(said)))
  })
}

/** One request on a connection of its own: its status, or the error's code. */
function ask(
  port: number,
  path: string,
  body?: Uint8Array,
): Promise<{ status: number | string; body: Buffer }> {
  return new Promise((resolve) => {
    const fail = (code: string): void => resolve({ status: code, body: Buffer.alloc(0) })
    const request = http.request(
      { port, host: '127.0.0.1', path, agent: false, method: body === undefined ? 'GET' : 'PUT' },
      (response) => {
        const pieces: Buffer[] = []
        response.on('data', (piece: Buffer) => pieces.push(piece))
        response.on('end', () => resolve({ status: response.statusCode!, body: Buffer.concat(pieces) }))
        response.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'error'))
      },
    )
    request.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'error'))
    request.setTimeout(60_000, () => {
      fail('timeout')
      request.destroy()
    })
    request.end(body)
  })
}

const name = ({ runner, network }: Target): string => `${runner}, network of ${network}`

describe.each(targets.map((target) => [name(target), target] as const))('%s', (_, target) => {
  beforeAll(() => {
    for (const app of ['examples/hello-http', 'test/apps/bytes', 'test/apps/counters'])
      spawnSync(process.execPath, ['bin/azbuild.mjs', 'image', app, '--arch', target.arch], { cwd: root })
  }, timeoutMs)

  test(
    '8 MiB both ways arrive as they were',
    async () => {
      const port = await serve('test/apps/bytes', target)
      const bytes = servedBytes(8 * 2 ** 20)
      const down = await ask(port, `/bytes/${bytes.length}`)
      expect(createHash('sha256').update(down.body).digest('hex')).toBe(
        createHash('sha256').update(bytes).digest('hex'),
      )
      const up = await ask(port, '/', bytes)
      expect(up.body.toString()).toBe(`${bytes.length} ${fnv1a(bytes)}\n`)
    },
    timeoutMs,
  )
})

/** What test/apps/counters says, on a connection of its own, which the client closes. */
function counters(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write('?'))
    socket.on('error', reject)
    socket.once('data', (text) => socket.end(() => resolve(text.toString())))
  })
}

describe.each(ours.map((target) => [name(target), target] as const))('%s', (_, target) => {
  test(
    '200 and 400 connections at once are all answered, from the first moment on',
    async () => {
      const port = await serve('examples/hello-http', target)
      for (const count of [200, 200, 400]) {
        const answers = await Promise.all(Array.from({ length: count }, () => ask(port, '/')))
        expect(answers.filter(({ status }) => status !== 200)).toEqual([])
      }
    },
    timeoutMs,
  )

  const count = target.runner === 'qemu' ? 10_000 : 2_000
  test(
    `${count} connections leave every counter where it was`,
    async () => {
      const port = await serve('test/apps/counters', target)
      const settled = async (): Promise<string> => {
        await sleep(1000) // what is under way and the delayed ACK of the last connection
        return counters(port)
      }
      const read = (text: string): [string, number] => {
        const match = /^(buffers \d+ heap \d+) pages (\d+)\n$/.exec(text)
        return [match?.[1] ?? text, Number(match?.[2])]
      }
      // The first ones make what is kept: free lists of buffers and small objects.
      for (let i = 0; i < 200; i += 20) await Promise.all(Array.from({ length: 20 }, () => counters(port)))
      const before = await settled()
      for (let i = 0; i < count; i += 20) await Promise.all(Array.from({ length: 20 }, () => counters(port)))
      const [heldBefore, pagesBefore] = read(before)
      const [heldAfter, pagesAfter] = read(await settled())
      expect(heldAfter).toBe(heldBefore)
      // Free buffers are kept for the next burst: at most NET_NETBUF_KEEP, two to a page.
      expect(pagesAfter).toBeLessThanOrEqual(pagesBefore + 32)
    },
    timeoutMs,
  )
})
