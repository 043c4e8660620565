/** The same main.c of examples/hello-http on Linux and in images says the same, byte for byte; and serves many at once. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { hostCompiler } from '../support/host-compiler.ts'
import { buildApp, freePort, root, serveApp } from '../support/serving.ts'
import { missingTool, titled } from '../support/tools.ts'
import { fnv1a, servedBytes } from '../support/net/bytes-app.ts'

const missing = missingTool('qemu-system-x86_64', 'qemu-system-i386')
const timeout = 120_000
const folder = mkdtempSync(join(tmpdir(), 'azbuild-http-'))
const program = join(folder, 'hello-http')

beforeAll(() => {
  const compiler = hostCompiler()
  const args = [...compiler.args, '-O1', 'examples/hello-http/main.c', '-o', program]
  const { status, stderr } = spawnSync(compiler.program, args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true }))

/** Starts it on Linux; resolves with its port once that takes connections. */
async function onLinux(): Promise<number> {
  const port = await freePort()
  const server = spawn(program, [String(port)], { stdio: 'ignore' })
  onTestFinished(() => void server.kill())
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const came = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (came) return port
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** All that comes back for these bytes until the server closes, which `Connection: close` or an error makes it do. */
async function converse(port: number, request: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  let answer = ''
  socket.setEncoding('latin1').on('data', (text: string) => (answer += text))
  socket.write(request)
  await once(socket, 'end')
  socket.end()
  return answer
}

const closing = 'Host: x\r\nConnection: close\r\n\r\n'
const conversations = {
  'the page': `GET / HTTP/1.1\r\n${closing}`,
  'the text': `GET /hello.txt HTTP/1.1\r\n${closing}`,
  HEAD: `HEAD / HTTP/1.1\r\n${closing}`,
  'not found': `GET /nothing HTTP/1.1\r\n${closing}`,
  'HTTP/1.0': 'GET / HTTP/1.0\r\n\r\n',
  'a bad request': 'nonsense\r\n\r\n',
  'another method': `DELETE / HTTP/1.1\r\n${closing}`,
  'a connection kept, requests in a pipeline': `${'GET /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20)}GET / HTTP/1.1\r\n${closing}`,
}

describe.each([
  { runner: 'v86', arch: 'i386' },
  { runner: 'qemu', arch: 'i386' },
  { runner: 'qemu', arch: 'x86_64' },
])('$runner, $arch', ({ runner, arch }) => {
  const skipped = runner === 'qemu' ? missing : undefined
  const check = test.skipIf(skipped)
  const start = (app: string, port: number) =>
    serveApp(app, ['--runner', runner, '--arch', arch, '--port', `${port}:8080`])
  beforeAll(() => {
    if (skipped === undefined)
      for (const app of ['examples/hello-http', 'test/apps/bytes']) buildApp(app, arch)
  }, 600_000)

  check(titled('hello-http answers as on Linux, on the port asked for', skipped), { timeout }, async () => {
    const [linux, port] = [await onLinux(), await freePort()]
    const serving = await start('examples/hello-http', port)
    expect(serving.url).toBe(`http://127.0.0.1:${port}/`)
    for (const [name, request] of Object.entries(conversations)) {
      const expected = await converse(linux, request)
      expect(expected, name).toMatch(/^HTTP\/1\.1 \d{3} /)
      expect(await converse(port, request), name).toBe(expected)
    }
    expect(await serving.interrupt()).toBe(130)
  })

  check(titled('answers 200 requests at once', skipped), { timeout }, async () => {
    const serving = await start('examples/hello-http', await freePort())
    const ask = async (): Promise<string> => {
      const response = await fetch(serving.url, { headers: { connection: 'close' } })
      return `${response.status} ${(await response.text()).length}`
    }
    const answers = await Promise.all(Array.from({ length: 200 }, ask))
    expect(new Set(answers)).toEqual(new Set(['200 48']))
    expect(await serving.interrupt()).toBe(130)
  })

  check(titled('carries 8 MiB either way', skipped), { timeout }, async () => {
    const length = 8 * 2 ** 20
    const body = servedBytes(length)
    const serving = await start('test/apps/bytes', await freePort())
    const down = Buffer.from(await (await fetch(`${serving.url}bytes/${length}`)).arrayBuffer())
    expect(down.equals(body)).toBe(true)
    const up = await fetch(`${serving.url}up`, { method: 'POST', body })
    expect(await up.text()).toBe(`${length} ${fnv1a(body)}\n`)
    expect(await serving.interrupt()).toBe(130)
  })
})
