/** The page in a real browser: what it shows is what the terminal shows, key for key; the address works once. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../test/support/chromium.ts'
import { missingTool, titled } from '../../test/support/tools.ts'
import {
  createConfig,
  drawMenu,
  parseKconfig,
  startMenu,
  update,
  type Input,
  type MenuState,
} from '../index.ts'
import type { MenuOptions } from '../menu/state.ts'
import { serveMenu } from './server.ts'

const missing = missingTool('chromium')

const KCONFIG = `mainmenu "A small kernel"
config NET
	bool "Networking"
	help
	  Sockets for everybody.
config MTU
	int "Largest packet"
	range 576 9000
	default 1500
	depends on NET
menu "Drivers"
config E1000
	bool "Intel e1000"
	depends on NET
config RTC
	bool "Clock of the PC"
	default y
endmenu
choice
	prompt "Scheduler"
config SINGLE
	bool "One thread"
config ROUND_ROBIN
	bool "Round robin"
endchoice
`

/** Where KCONFIG_SCREENSHOTS asks for pictures to look at. */
const pictures = process.env['KCONFIG_SCREENSHOTS']

function options(): MenuOptions {
  const config = createConfig(parseKconfig({ root: 'Kconfig', read: () => KCONFIG }))
  const annotate: MenuOptions['annotate'] = (name) =>
    name === 'NET'
      ? { why: 'main.c:31 calls socket()', sizeBytes: 20_480, breaks: ['main.c:31 calls socket()'] }
      : undefined
  return { config, file: '.config', annotate }
}

function textOf(state: MenuState): string {
  return drawMenu(state)
    .lines.map((line) =>
      line
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    )
    .join('\n')
    .trimEnd()
}

const shown = async (page: Page): Promise<string> =>
  ((await page.locator('#grid').textContent()) ?? '')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd()

describe.skipIf(missing !== undefined)(
  titled('menuconfig in a browser', missing),
  { timeout: 60_000 },
  () => {
    let browser: Browser

    beforeAll(async () => {
      browser = await launchChromium()
    }, 60_000)
    afterAll(() => browser.close())

    /** Opens the page; every input goes to it and to a state machine beside it, which must show the same. */
    async function open(width: number, height: number, colorScheme: 'light' | 'dark' = 'light') {
      const written = new Map<string, string>()
      const files = {
        read: () => undefined,
        write: (file: string, text: string) => void written.set(file, text),
      }
      const served = await serveMenu(options(), { ...files, write: (file, text) => files.write(file, text) })
      const page = await browser.newPage({ viewport: { width, height }, colorScheme })
      const errors: string[] = []
      page.on('pageerror', ({ message }) => errors.push(message))
      const resized = page.waitForResponse(
        (response) =>
          response.request().postDataJSON()?.kind === 'resize' &&
          response.request().postData() !== '{"kind":"resize","columns":80,"rows":24}',
      )
      await page.goto(served.url)
      let state = update(startMenu(options()), (await resized).request().postDataJSON() as Input)
      const send = async (input: Input, act: () => Promise<void>): Promise<void> => {
        const answered = page.waitForResponse((response) => response.url().endsWith('/input'))
        await act()
        await answered
        state = update(state, input)
      }
      return {
        page,
        served,
        written,
        errors,
        key: (key: string, name = key) => send({ kind: 'key', key: name }, () => page.keyboard.press(key)),
        same: async () => {
          await expect.poll(() => shown(page)).toBe(textOf(state))
          return textOf(state)
        },
        picture: async (name: string) => {
          if (pictures === undefined) return
          mkdirSync(pictures, { recursive: true })
          await page.screenshot({ path: join(pictures, `${name}.png`) })
        },
      }
    }

    it('shows what the terminal shows, and saves', async () => {
      const { page, served, written, errors, key, same, picture } = await open(1000, 640)
      expect(await same()).toContain('[ ] Networking')
      await key('Space', 'space')
      expect(await same()).toContain('[*] Networking')
      await picture('main-light')
      await key('j')
      await key('j')
      await key('Enter', 'enter')
      expect(await same()).toContain('Intel e1000')
      await picture('drivers')
      await key('Escape', 'escape')
      await key('/')
      for (const letter of 'sock') await key(letter)
      expect(await same()).toContain('Networking')
      await picture('search')
      await key('Escape', 'escape')
      await key('?')
      await same()
      await picture('help')
      await key('Escape', 'escape')
      await key('Escape', 'escape')
      expect(await same()).toContain('Save the configuration?')
      await picture('exit')
      await page.keyboard.press('y')
      await expect.poll(() => shown(page)).toBe('Done. You can close this page.')
      await served.left
      expect(written.get('.config')).toContain('CONFIG_NET=y\n')
      expect(errors).toEqual([])
      await page.close()
    })

    it('takes the mouse, and opens once', async () => {
      const { page, served, same, picture } = await open(1000, 640, 'dark')
      await same()
      const line = page.getByText('Networking', { exact: false }).first()
      const box = await line.boundingBox()
      expect(box).not.toBeNull()
      await page.mouse.click((box?.x ?? 0) + 20, (box?.y ?? 0) + 5)
      await expect.poll(() => shown(page)).toContain('[*] Networking')
      await picture('main-dark')
      const second = await browser.newPage()
      const answer = await second.goto(served.url)
      expect(answer?.status()).toBe(403)
      await second.close()
      await page.close()
      served.close()
    })

    it('fits a phone', async () => {
      const { page, served, same, picture } = await open(390, 780)
      const text = await same()
      await picture('phone')
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
      expect(text).toContain('Networking')
      await page.close()
      served.close()
    })
  },
)
