/**
 * `menuconfig --web`: the state machine behind a page on the loopback interface. The address holds a token that works
 * once: the first page that opens it gets a cookie, and only that page can go on. Nothing else on this machine or in the
 * browser can read or press keys: other host names, other origins and other cookies are refused.
 */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { drawMenu } from '../menu/screen.ts'
import { fulfil, type MenuFiles } from '../menu/session.ts'
import { startMenu, type Input, type MenuOptions, type MenuState } from '../menu/state.ts'
import { update } from '../menu/update.ts'
import { mainMenuTitle } from '../lang/model.ts'
import { pageHtml } from './page.ts'

export interface ServedMenu {
  /** To be opened in a browser, once. */
  readonly url: string
  /** Settles with the last state when the user has left, or when `close` was called. */
  readonly left: Promise<MenuState>
  close(): void
}

const COOKIE = 'menuconfig'
const BODY_MAX = 4096
const COLUMNS_MAX = 400
const ROWS_MAX = 200

/** Serves menuconfig on 127.0.0.1 until the user leaves. */
export async function serveMenu(options: MenuOptions, files: MenuFiles): Promise<ServedMenu> {
  let state = startMenu(options)
  let token: string | undefined = randomBytes(24).toString('base64url')
  const session = randomBytes(24).toString('base64url')
  let leave: (state: MenuState) => void = () => undefined
  const left = new Promise<MenuState>((resolve) => (leave = resolve))

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { port } = server.address() as AddressInfo
    const host = `127.0.0.1:${port}`
    if (request.headers.host !== host) return refuse(response, 421)
    if (request.method === 'GET' && token !== undefined && request.url === `/${token}/`) {
      token = undefined
      return sendPage(response, mainMenuTitle(state.config.tree), session)
    }
    const { origin, cookie = '' } = request.headers
    const isOurs = cookie.split('; ').includes(`${COOKIE}=${session}`) && origin === `http://${host}`
    if (!isOurs || request.method !== 'POST' || !request.url?.endsWith('/input')) return refuse(response, 403)
    const input = parseInput(await readBody(request))
    if (input === undefined) return refuse(response, 400)
    state = fulfil(update(state, input), files)
    const done = state.request?.kind === 'exit'
    sendJson(response, done ? { done } : drawMenu(state))
    if (done) finish()
  }
  const server = createServer((request, response) => {
    take(request, response).catch(() => refuse(response, 500))
  })
  const finish = (): void => {
    server.close()
    leave(state)
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/${token}/`,
    left,
    close: () => {
      server.closeAllConnections()
      finish()
    },
  }
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' })
  response.end('This address works once, for the page that opened it first.\n')
}

function sendPage(response: ServerResponse, title: string, session: string): void {
  const nonce = randomBytes(16).toString('base64')
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'set-cookie': `${COOKIE}=${session}; HttpOnly; SameSite=Strict; Path=/`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
  response.end(pageHtml(title, nonce))
}

function sendJson(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(value))
}

/** The body as text, cut at the size that no honest page exceeds. */
async function readBody(request: IncomingMessage): Promise<string> {
  let text = ''
  request.setEncoding('utf8')
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > BODY_MAX) return ''
  }
  return text
}

/** An input of the state machine, or undefined for anything else. */
export function parseInput(text: string): Input | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { kind, key, column, row, columns, rows } = value as Record<string, unknown>
  const isCount = (number: unknown, max: number): number is number =>
    typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= max
  switch (kind) {
    case 'key':
      return typeof key === 'string' && key.length <= 16 ? { kind, key } : undefined
    case 'press':
    case 'wheel-up':
    case 'wheel-down':
      return isCount(column, COLUMNS_MAX) && isCount(row, ROWS_MAX) ? { kind, column, row } : undefined
    case 'resize':
      return isCount(columns, COLUMNS_MAX) && isCount(rows, ROWS_MAX) ? { kind, columns, rows } : undefined
  }
  return undefined
}
