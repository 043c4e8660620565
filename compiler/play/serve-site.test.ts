import { request } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { serveSite } from './serve-site.ts'
import type { SiteServer } from './serve-site.ts'

const files = [
  { path: 'index.html', bytes: new TextEncoder().encode('<p>page</p>') },
  { path: 'v86/v86.wasm', bytes: Uint8Array.of(0, 1) },
]

async function server(): Promise<SiteServer> {
  const served = await serveSite(files, 0)
  if (!served.ok) throw new Error(served.problems[0]!.message)
  onTestFinished(() => served.value.close())
  return served.value
}

test('the files are served, and nothing else is', async () => {
  const { url } = await server()
  const page = await fetch(url)
  expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
    200,
    'text/html; charset=utf-8',
    '<p>page</p>',
  ])
  const wasm = await fetch(`${url}v86/v86.wasm?x`, { method: 'HEAD' })
  expect([wasm.headers.get('content-type'), wasm.headers.get('content-length')]).toEqual([
    'application/wasm',
    '2',
  ])
  expect((await fetch(`${url}../package.json`)).status).toBe(404)
  expect((await fetch(url, { method: 'POST' })).status).toBe(405)
})

test('a page elsewhere that calls this machine by its own name gets nothing', async () => {
  const { port } = await server()
  const status = await new Promise((resolve) =>
    request({ port, host: '127.0.0.1', headers: { host: 'evil.example' } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    }).end(),
  )
  expect(status).toBe(403)
})

test('a port that is taken is a problem', async () => {
  const { port } = await server()
  expect(await serveSite(files, port)).toMatchObject({ ok: false, problems: [{ code: 'play/port-taken' }] })
})
