/** The player in a browser: `azbuild play`, and `azbuild export web` on a plain file server below a path. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { azbuild, packageFolder } from '../cli/azbuild.ts'
import { root, serve } from '../support/serving.ts'
import type { Serving } from '../support/serving.ts'
import { missingTool, titled } from '../support/tools.ts'
import { clickThrough, launchBrowser, openPlayer, servePlainly } from './player.ts'

const missing = missingTool('chromium')

/** `azbuild play` of this checkout. */
const play = (...args: string[]): Promise<Serving> =>
  serve([process.execPath, 'bin/azbuild.mjs', 'play', ...args], root)

/** An app exported into a new folder, gone when the test ends. */
async function exported(app: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'azbuild-export-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const { status, stderr } = await azbuild(['export', 'web', folder, app], { cwd: packageFolder })
  expect(status, stderr).toBe(0)
  return folder
}

describe.skipIf(missing !== undefined)(titled('a browser', missing), { timeout: 300_000 }, () => {
  let browser: Browser
  beforeAll(async () => void (browser = await launchBrowser()))
  afterAll(() => browser?.close())

  test('shows the console of hello and its exit status, and has no frame for it', async () => {
    const serving = await play('hello')
    const player = await openPlayer(browser, serving.url)
    await player.state('ended with status 0')
    expect(await player.console()).toMatch(/^Hello/)
    expect(await player.page.locator('#page-pane').isVisible()).toBe(false)
    await player.page.locator('#restart').click()
    await player.state('ended with status 0')
    await expect.poll(player.console).toMatch(/^Hello/)
    expect(player.complaints).toEqual([])
    expect(await serving.interrupt()).toBe(130)
  })

  test('shows the page of hello-http, until it is stopped and after it is started again', async () => {
    const serving = await play('hello-http')
    const { page, frame, state, complaints } = await openPlayer(browser, serving.url)
    await frame.getByText('Hello, World!').waitFor()
    expect(await page.locator('#address').inputValue()).toBe('http://127.0.0.1:8080/')
    // Many at once, over connections that are kept.
    const answers = await frame.locator('body').evaluate(async () => {
      const all = Array.from({ length: 40 }, (_, i) =>
        fetch(`/hello.txt?${i}`).then((answer) => answer.text()),
      )
      const head = await fetch('/', { method: 'HEAD' })
      const none = await fetch('/none')
      return [
        new Set(await Promise.all(all)).size,
        head.status,
        head.headers.get('content-length'),
        none.status,
      ]
    })
    expect(answers).toEqual([1, 200, '48', 404])
    await page.locator('#stop').click()
    await state('stopped')
    await page.getByText('The guest has ended.').waitFor()
    await page.locator('#restart').click()
    await frame.getByText('Hello, World!').waitFor()
    await state('running')
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([])
    // A second page has a guest of its own.
    const second = await openPlayer(browser, serving.url)
    await second.frame.getByText('Hello, World!').waitFor()
    expect(await serving.interrupt()).toBe(130)
  })

  test('reaches the guest by every click in its page', async () => {
    const serving = await play('test/apps/clicks')
    await clickThrough(await openPlayer(browser, serving.url))
  })

  test('does so from static files below a path, on a narrow screen too', async () => {
    const url = await servePlainly(await exported('test/apps/clicks'))
    await clickThrough(await openPlayer(browser, url))
    const { page, frame } = await openPlayer(browser, url, {
      viewport: { width: 390, height: 800 },
      colorScheme: 'dark',
    })
    await frame.getByText('Clicks').waitFor()
    expect(await page.locator('#console').isVisible()).toBe(false)
    await page.locator('#tab-page').press('ArrowLeft')
    expect(await page.locator('#console').isVisible()).toBe(true)
    expect(await page.locator('#frame').isVisible()).toBe(false)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  })

  test('names functions and lines of a panic', async () => {
    const url = await servePlainly(await exported('test/apps/clicks'))
    const { page, frame, state } = await openPlayer(browser, url)
    await frame.getByText('Clicks').waitFor()
    await page.locator('#address').fill('/panic')
    await page.locator('#address').press('Enter')
    await state('panicked')
    expect(await page.locator('.problem pre').innerText()).toMatch(
      /0x[0-9a-f]+ (serve|main)\S* at test\/apps\/clicks\/main\.c:\d+ \(app\)/,
    )
  })

  test('types into the console', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'azbuild-play-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    mkdirSync(join(folder, 'echo'))
    writeFileSync(
      join(folder, 'echo/main.c'),
      '#include <stdio.h>\n\nint main(void)\n{\n    char line[80];\n    puts("your name?");\n    if (!fgets(line, sizeof(line), stdin))\n        return 1;\n    printf("hello %s", line);\n    return 7;\n}\n',
    )
    const serving = await serve([process.execPath, join(root, 'bin/azbuild.mjs'), 'play', 'echo'], folder)
    const { page, state, console } = await openPlayer(browser, serving.url)
    await expect.poll(console, { timeout: 20_000 }).toContain('your name?')
    await page.locator('#console').click()
    await page.keyboard.type('azbuild')
    await page.keyboard.press('Enter')
    await state('ended with status 7')
    expect(await console()).toContain('hello azbuild')
  })

  test('has at least the console where service workers are not allowed, and says why', async () => {
    const url = await servePlainly(await exported('test/apps/clicks'))
    const { page, console } = await openPlayer(browser, url.replace('127.0.0.1', 'insecure.test'))
    await page.getByText('came over plain http from another machine').first().waitFor()
    await page.getByText('Serve it over https').waitFor()
    await expect.poll(console, { timeout: 20_000 }).toContain('clicks: listening')
  })
})
