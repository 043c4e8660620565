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
      tab.locator('#graph g', {
        has: tab.locator('.d3-flame-graph-label', { hasText: new RegExp(`^${name}$`) }),
      })
    await frame('az_main').waitFor()
    expect(await tab.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    expect(await tab.locator('#functions tr').count()).toBeGreaterThan(50)
    expect(await tab.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
      colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(21, 25, 31)',
    )

    await frame('az_main').hover()
    expect(await tab.locator('#detail').textContent()).toMatch(
      /^az_main · core · .*main\.c:\d+ · [\d,]+ instructions, /,
    )
    await tab.fill('#search', 'printf_core')
    expect(await tab.locator('#found').textContent()).toMatch(/^3\d\.\d\d % in \d+ frames$/)
    await frame('printf_core').click()
    await tab.waitForTimeout(400) // the zoom
    expect((await frame('printf_core').boundingBox())!.width).toBeGreaterThan(0.9 * (width - 60))
    await tab.click('#reset')
    expect(await tab.locator('#found').textContent()).toBe('')
    expect(said).toEqual([])
    await tab.close()
  })
})
