import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import { fail, ok } from '../diag/index.ts'
import type { Result } from '../diag/index.ts'
import { portTaken } from './diagnostics.ts'
import type { SiteFile } from './site.ts'

export interface SiteServer {
  readonly url: string
  readonly port: number
  /** Ends every connection. */
  readonly close: () => Promise<void>
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  json: 'application/json',
  wasm: 'application/wasm',
  txt: 'text/plain; charset=utf-8',
  elf: 'application/octet-stream',
}

const address = '127.0.0.1'

/** Serves the files to browsers of this machine; port 0 takes any free one. */
export function serveSite(files: readonly SiteFile[], port: number): Promise<Result<SiteServer>> {
  const byPath = new Map(files.map((file) => [`/${file.path}`, file]))
  const server = http.createServer((request, response) => answer(byPath, request, response))
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'it is in use' : error.message
      resolve(fail(portTaken(port, why)))
    })
    server.listen(port, address, () => {
      const bound = (server.address() as AddressInfo).port
      const close = (): Promise<void> =>
        new Promise((done) => {
          server.close(() => done())
          server.closeAllConnections()
        })
      resolve(ok({ url: `http://${address}:${bound}/`, port: bound, close }))
    })
  })
}

function answer(
  files: ReadonlyMap<string, SiteFile>,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): void {
  const refuse = (status: number, text: string, fields: http.OutgoingHttpHeaders = {}): void => {
    response.writeHead(status, { 'Content-Type': types['txt'], ...fields }).end(`${text}\n`)
  }
  // Another name would be a page elsewhere that has pointed its own name at this machine.
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? ''))
    return refuse(403, 'This server answers to 127.0.0.1 and localhost only.')
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refuse(405, 'This server only sends files.', { Allow: 'GET, HEAD' })
  const path = (request.url ?? '/').replace(/[?#].*$/, '')
  const file = files.get(path === '/' ? '/index.html' : path)
  if (file === undefined) return refuse(404, 'There is no such file.')
  response.writeHead(200, {
    'Content-Type': types[file.path.split('.').at(-1)!] ?? types['elf'],
    'Content-Length': file.bytes.length,
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(request.method === 'HEAD' ? undefined : file.bytes)
}
