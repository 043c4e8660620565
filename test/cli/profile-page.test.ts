import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { missingTool, titled } from '../support/tools.ts'
import { packageFolder } from './azbuild.ts'

const missing = missingTool('qemu-system-x86_64', 'chromium')

describe.skipIf(missing !== undefined)(titled('the flame graph in a browser', missing), () => {
  const folder = mkdtempSync(join(tmpdir(), 'azbuild-page-'))
  const page = join(folder, 'flame.html')
  let browser: Browser

  beforeAll(async () => {
    const args = ['bin/azbuild.mjs', 'profile', 'run', 'examples/hello', '--every', '7', '--out', page]
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: packageFolder, encoding: 'utf8' })
    expect(status, stderr).toBe(0)
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test.each([
    { width: 1280, height: 900, colorScheme: 'light' as const },
    { width: 390, height: 800, colorScheme: 'dark' as const },
  ])('shows itself without a network: $width wide, $colorScheme', async ({ width, height, colorScheme }) => {
    const tab = await browser.newPage({ viewport: { width, height }, colorScheme })
    const said: string[] = []
    tab.on('console', (message) => said.push(message.text()))
    tab.on('pageerror', (error) => said.push(error.message))
    tab.on('request', (request) => request.url().startsWith('file:') || said.push(request.url()))
    await tab.goto(pathToFileURL(page).href)
    const frame = (name: string) =>
      tab
        .locator('.flame .frame', { has: tab.locator('.name', { hasText: new RegExp(`^${name}$`) }) })
        .first()
    await frame('az_main').waitFor()
    expect(await tab.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    expect(await tab.locator('.functions tbody tr').count()).toBeGreaterThan(50)
    expect(await tab.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
      colorScheme === 'light' ? 'rgb(250, 249, 247)' : 'rgb(19, 19, 21)',
    )

    expect(await frame('az_main').getAttribute('aria-label')).toMatch(
      /^az_main, [\d,]+ instructions, [\d.]+ %, [\d,]+ of them its own, .*main\.c:\d+, core$/,
    )
    const search = tab.getByRole('searchbox')
    await search.fill('printf_core')
    const found = tab.locator('.found')
    expect(await found.textContent()).toMatch(/^[\d,]+ instructions, 3\d\.\d %$/)
    await frame('printf_core').click()
    expect((await frame('printf_core').boundingBox())!.width).toBeGreaterThan(0.9 * (width - 60))
    await tab.getByRole('button', { name: 'Show all' }).click()
    await tab.locator('.functions').getByRole('button', { name: 'az_format_va', exact: true }).click()
    expect(await search.inputValue()).toBe('az_format_va')
    expect(await found.textContent()).toMatch(/^[\d,]+ instructions, [\d.]+ %$/)
    expect(said).toEqual([])
    await tab.close()
  })
})
