import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Browser, BrowserContextOptions, FrameLocator, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { launchChromium } from '../support/chromium.ts'

/** A headless Chromium that asks nobody for anything; `insecure.test` is this machine under a name that is no localhost. */
export const launchBrowser = (): Promise<Browser> =>
  launchChromium('--host-resolver-rules=MAP insecure.test 127.0.0.1')

export interface Player {
  readonly page: Page
  readonly frame: FrameLocator
  /** What the browser complained about so far: console errors, exceptions, requests to elsewhere. */
  readonly complaints: readonly string[]
  readonly console: () => Promise<string>
  /** Waits until the line beside the name says so. */
  readonly state: (text: string) => Promise<void>
}

/** Opens the player in a context of its own, gone when the test ends. */
export async function openPlayer(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Player> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...options })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  const { origin } = new URL(url)
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  context.on('request', (request) => {
    if (/^https?:/.test(request.url()) && new URL(request.url()).origin !== origin)
      complaints.push(`a request to ${request.url()}`)
  })
  await page.goto(url)
  return {
    page,
    frame: page.frameLocator('#frame'),
    complaints,
    console: () => page.locator('.xterm-rows').innerText(),
    state: (text) => page.locator('#state').getByText(text, { exact: true }).waitFor({ timeout: 60_000 }),
  }
}

/** Runs in the page, whose types are not ours. */
function colorOf(element: unknown): string {
  const view = globalThis as unknown as { getComputedStyle: (of: unknown) => { color: string } }
  return view.getComputedStyle(element).color
}

/** Goes through test/apps/clicks as a person would: every kind of request and response that a page makes. */
export async function clickThrough({ page, frame, complaints, console }: Player): Promise<void> {
  const home = async (): Promise<void> => {
    await page.locator('#address').fill('/')
    await page.locator('#address').press('Enter')
    await frame.getByText('Clicks').waitFor()
  }
  await frame.getByText('Clicks').waitFor({ timeout: 60_000 })
  // A sheet by an absolute path, a script, a click that posts and shows the answer.
  expect(await frame.locator('h1').evaluate(colorOf)).toBe('rgb(1, 2, 3)')
  for (const count of ['1 one', '2 one']) {
    await frame.locator('#click').click()
    await frame.getByText(count).waitFor()
  }
  await expect.poll(console).toContain('click 2')
  const visits = [
    ['#text', 'Hello from the guest', '/hello.txt'],
    ['#moved', 'Hello from the guest', '/hello.txt?by=move'],
    ['#script', 'Hello from the guest', '/hello.txt?by=script'],
    ['#send', 'form: word=azbuild', '/form'],
  ] as const
  for (const [button, text, path] of visits) {
    await frame.locator(button).click()
    await frame.getByText(text).waitFor()
    await expect.poll(() => page.locator('#address').inputValue()).toBe(`http://127.0.0.1:8080${path}`)
    await home()
  }
  await frame.locator('#big').click()
  await frame.getByText('zzz').waitFor()
  await expect
    .poll(() =>
      frame.locator('body').evaluate((body) => (body as unknown as { innerText: string }).innerText.length),
    )
    .toBe(2 * 2 ** 20)
  await home()
  expect(complaints).toEqual([])
  await frame.locator('#torn').click()
  await frame.getByText('Port 8080 of the guest gave no valid HTTP response').waitFor()
  await home()
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
}

/** A plain file server below /sub/path/, as a host for static files is one: no header but the type. */
export async function servePlainly(folder: string): Promise<string> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*/, '').replace(/\/$/, '/index.html')
    try {
      if (!path.startsWith('/sub/path/')) throw new Error('outside')
      const bytes = readFileSync(join(folder, path.slice('/sub/path/'.length)))
      response
        .writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' })
        .end(bytes)
    } catch {
      response.writeHead(404).end('not on this server')
    }
  })
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/sub/path/`
}
