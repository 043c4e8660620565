import { chromium, type Browser, type Page } from 'playwright-core'

const executablePath = '/usr/bin/chromium'

/** Debian's Chromium, without a window, and quiet: nothing of its own goes over the network. `more` are options of its own. */
export const launchChromium = (...more: readonly string[]): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  })

/** What a page did that it should not: errors, warnings and messages on the console, and requests for anything but itself. */
export interface Misdeeds {
  readonly console: readonly string[]
  readonly requests: readonly string[]
}

/** Watches a page from before it is opened. */
export function watchPage(page: Page, own: (url: string) => boolean): Misdeeds {
  const found = { console: [] as string[], requests: [] as string[] }
  page.on('console', (message) => found.console.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => found.console.push(`error: ${error.message}`))
  page.on('request', (request) => {
    if (!own(request.url())) found.requests.push(request.url())
  })
  return found
}
