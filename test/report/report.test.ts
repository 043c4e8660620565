/** `azbuild report` as a user has it: one page about an image, opened from the disk in Chromium. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReportDocument } from '../../compiler/report/document.ts'
import { azbuild, folderWith, onlyNode, packageFolder } from '../cli/azbuild.ts'
import { launchChromium, watchPage, type Misdeeds } from '../support/chromium.ts'
import { missingTool, titled } from '../support/tools.ts'

const noQemu = missingTool('qemu-system-x86_64')
const noChromium = missingTool('chromium')

const app = `#include <stdio.h>
#include <string.h>

static const char markup[] = "</script><script>alert(1)</script>";

int main(int argc, char **argv)
{
    printf("%s %zu\\n", markup, strlen(argv[0]));
    return argc;
}
`
const bench = JSON.stringify({
  version: 1,
  runs: [
    {
      label: 'b <i>two</i>',
      images: [{ name: 'app', arch: 'i386', runner: 'v86', bytes: 30000, bootInstructions: 4100 }],
    },
    {
      label: 'a one',
      images: [{ name: 'app', arch: 'i386', runner: 'v86', bytes: 29000, bootInstructions: 4200 }],
    },
  ],
})

const documentOf = (page: string): ReportDocument =>
  JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)![1]!) as ReportDocument

describe('the page', () => {
  const report = async (cwd: string, ...args: string[]): Promise<string> => {
    const { status, stdout, stderr } = await azbuild(['report', 'app', '--arch', 'i386', '--json', ...args], {
      cwd,
    })
    expect(status, stderr).toBe(0)
    const written = JSON.parse(stdout) as { file: string; bytes: number }
    expect(written).toEqual({ name: 'app', arch: 'i386', file: written.file, bytes: written.bytes })
    expect(statSync(join(cwd, written.file)).size).toBe(written.bytes)
    return readFileSync(join(cwd, written.file), 'utf8')
  }

  test('is the same for the same app, wherever it lies, and names nothing outside it', async () => {
    const files = { 'app/main.c': app, 'app/bench.json': bench }
    const [here, there] = [folderWith(files), folderWith(files)]
    const page = await report(here, '--no-boot', '--out', 'page.html')
    expect(await report(there, '--no-boot', '--out', 'elsewhere/other.html')).toBe(page)
    expect(page).not.toContain(here)
    expect(page).not.toContain(packageFolder)
    expect(page).not.toMatch(/\b(?:src|href)="(?!#)/)
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//)

    const document = documentOf(page)
    expect(document.boot).toMatchObject({ kind: 'missing', why: expect.stringContaining('--no-boot') })
    expect(document.figures.find(({ name }) => name === 'bytes')?.value).toBe(document.sizes.bytes)
    expect(document.history).toMatchObject([{ arch: 'i386', labels: ['a one', 'b <i>two</i>'] }])
    expect(document.syscalls.find(({ name }) => name === 'writev')).toMatchObject({
      by: expect.stringMatching(/^posix\//),
      lines: [expect.stringMatching(/^app\/main\.c:8 main calls printf$/)],
    })
    for (const node of document.why.nodes.filter(({ kind }) => kind === 'component'))
      expect(node.parent, node.id).toBeDefined()
  })

  test('of i386 has its boot without QEMU, the one that is measured', async () => {
    const cwd = folderWith({ 'app/main.c': app })
    const page = await report(cwd, '--out', 'page.html')
    expect(await report(cwd, '--out', 'again.html')).toBe(page)
    const { boot, figures } = documentOf(page)
    if (boot.kind !== 'boot') throw new Error(boot.why)
    expect(boot.runner).toBe('v86')
    expect(boot.events.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['kernel entry', 'main()', 'exit', 'the machine stops']),
    )
    expect(figures.find(({ name }) => name === 'bootInstructions')?.value).toBe(
      boot.events.find(({ name }) => name === 'main()')!.at,
    )
    const checked = await azbuild(['bench', 'app', '--arch', 'i386', '--json'], { cwd })
    expect(checked.stdout).toContain(
      `"bootInstructions": ${boot.events.find(({ name }) => name === 'main()')!.at}`,
    )
  })

  test('of x86_64 without QEMU says what is missing and how to get it', async () => {
    const budget = 'budget: { x86_64: { imageBytes: 1, bootInstructions: 5000 } }'
    const config = `import { defineConfig } from 'azbuild'\n\nexport default defineConfig({ ${budget} })\n`
    const cwd = folderWith({ 'app/main.c': app, 'app/shog.config.ts': config })
    const args = ['report', 'app', '--out', 'page.html']
    const { status, stdout, stderr } = await azbuild(args, { cwd, env: { PATH: onlyNode() } })
    expect(status, stderr).toBe(0)
    expect(stdout).toMatch(/^page\.html {2}\d+ bytes\n$/)
    const { boot, figures } = documentOf(readFileSync(join(cwd, 'page.html'), 'utf8'))
    expect(boot).toEqual({
      kind: 'missing',
      why: 'The boot of an x86_64 image is followed on QEMU, and there was none where this page was made.',
      how: expect.stringContaining('qemu-system-x86'),
    })
    expect(figures).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'bytes', limit: 1, ok: false }),
        expect.objectContaining({ name: 'bootInstructions', value: null, limit: 5000, ok: false }),
      ]),
    )
  })

  test('is not made from a bench.json that is none', async () => {
    const cwd = folderWith({ 'app/main.c': app, 'app/bench.json': '{"runs": 1}' })
    const { status, stdout } = await azbuild(['report', 'app', '--no-boot', '--json'], { cwd })
    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ problems: [{ code: 'bench/bad-file' }] })
  })
})

const missing = noQemu ?? noChromium
describe.skipIf(missing !== undefined)(titled('hello-http in Chromium', missing), () => {
  const folder = mkdtempSync(join(tmpdir(), 'azbuild-report-'))
  const file = join(folder, 'report.html')
  let browser: Browser
  let document: ReportDocument
  beforeAll(async () => {
    const args = ['report', 'examples/hello-http', '--arch', 'x86_64', '--out', file]
    const { status, stderr } = await azbuild(args, { cwd: packageFolder })
    expect(status, stderr).toBe(0)
    document = documentOf(readFileSync(file, 'utf8'))
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const open = async (
    width: number,
    colorScheme: 'light' | 'dark',
  ): Promise<{ page: Page; misdeeds: Misdeeds }> => {
    const page = await browser.newPage({
      viewport: { width, height: 900 },
      colorScheme,
      reducedMotion: 'reduce',
    })
    const url = pathToFileURL(file).href
    const misdeeds = watchPage(page, (requested) => requested.split('#')[0] === url)
    await page.goto(url)
    return { page, misdeeds }
  }

  test('is small enough to be sent around', () => {
    expect(statSync(file).size).toBeLessThan(1_500_000)
  })

  test('its boot is the one that is measured: every instruction in one event and in one frame', () => {
    if (document.boot.kind !== 'boot') throw new Error(document.boot.why)
    const { events, flame } = document.boot
    const main = events.find(({ name }) => name === 'main()')!
    expect(main.at).toBe(document.figures.find(({ name }) => name === 'bootInstructions')!.value)
    expect(events.reduce((sum, { instructions }) => sum + instructions, 0)).toBe(events.at(-1)!.at)
    const requests = document.requests!
    const own = (node: typeof flame.root): number =>
      node.children.reduce((sum, child) => sum + own(child), node.self)
    expect(own(flame.root)).toBe(flame.root.total)
    expect(own(requests.flame.root)).toBe(requests.flame.root.total)
    expect(document.figures.find(({ name }) => name === 'requestInstructions')?.value).toBe(
      Math.round(requests.flame.root.total / requests.count),
    )
    // Interrupts are beside each other, not one inside the other.
    const depth = (node: typeof flame.root): number => 1 + Math.max(0, ...node.children.map(depth))
    expect(depth(requests.flame.root)).toBeLessThan(60)
    expect(document.syscalls.find(({ name }) => name === 'sendto')?.instructions).toBeGreaterThan(100)
    expect(flame.root.total).toBeGreaterThanOrEqual(events.at(-1)!.at)
  })

  test.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)(
    'at %i px, %s: nothing on the console, no request, no scrolling sideways',
    async (width, scheme) => {
      const { page, misdeeds } = await open(width, scheme)
      for (const section of ['summary', 'bytes', 'why', 'boot', 'requests', 'syscalls', 'history'])
        await expect(page.locator(`main > section#${section} h2`).isVisible()).resolves.toBe(true)
      const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
      const dark = await page.evaluate(
        "getComputedStyle(document.body).backgroundColor === 'rgb(19, 19, 21)'",
      )
      expect({ over, dark }).toEqual({ over: 0, dark: scheme === 'dark' })
      expect(await unlabelled(page)).toEqual([])
      expect(misdeeds).toEqual({ console: [], requests: [] })
      await page.close()
    },
  )

  test('the policy lets no script in', async () => {
    const { page } = await open(1280, 'light')
    const ran = await page.evaluate(`
      const script = document.createElement('script')
      script.textContent = 'globalThis.intruder = true'
      document.body.append(script)
      'intruder' in globalThis`)
    expect(ran).toBe(false)
    await page.close()
  })

  test('search finds a symbol, and zooms to it', async () => {
    const { page, misdeeds } = await open(1280, 'light')
    const bytes = page.locator('#bytes')
    await bytes.getByRole('searchbox').fill('TCP_acked')
    await expect.poll(() => bytes.locator('output').textContent()).toMatch(/^1 found, [\d,]+ bytes$/)
    expect(await bytes.locator('.tile.leaf.hit').count()).toBe(1)
    expect(await bytes.locator('.list .row').allTextContents()).toEqual([expect.stringMatching(/^tcp_acked/)])
    await bytes.getByRole('searchbox').press('Enter')
    expect(await bytes.locator('.path li').allTextContents()).toEqual([
      'hello-http',
      'network',
      'net/tcp',
      'recovery.c',
    ])
    await bytes.getByRole('searchbox').fill('no such thing')
    expect(await bytes.locator('output').textContent()).toBe('nothing found')
    expect(misdeeds).toEqual({ console: [], requests: [] })
    await page.close()
  })

  test('the map is as large as the image, zooms by pointer and by keys, and comes back', async () => {
    const { page } = await open(1280, 'light')
    const bytes = page.locator('#bytes')
    const path = () => bytes.locator('.path li').allTextContents()
    const whole = document.sizes.bytes.toLocaleString('en-US')
    expect(await bytes.locator('nav .caption').textContent()).toBe(`${whole} bytes, 100.0 % of the image`)
    await bytes
      .locator('.tile.head', { hasText: 'net/tcp' })
      .last()
      .click({ position: { x: 12, y: 8 } })
    expect(await path()).toEqual(['hello-http', 'network', 'net/tcp'])
    await bytes.locator('.path button', { hasText: 'hello-http' }).click()
    expect(await path()).toEqual(['hello-http'])

    // One stop of Tab for the map; arrows inside it, Enter in, Escape out.
    expect(await bytes.locator('.tiles [tabindex="0"]').count()).toBe(1)
    const first = await bytes.locator('.tiles [tabindex="0"]').getAttribute('aria-label')
    await bytes.locator('.tiles [tabindex="0"]').focus()
    await page.keyboard.press('ArrowRight')
    expect(await focused(page)).not.toBe(first)
    await page.keyboard.press('ArrowLeft')
    expect(await focused(page)).toBe(first)
    await page.keyboard.press('Enter')
    expect(await path()).toHaveLength(2)
    await page.keyboard.press('Escape')
    expect(await path()).toEqual(['hello-http'])
    await page.close()
  })

  test('the chain of a component begins at a line of the app', async () => {
    const { page } = await open(1280, 'dark')
    const why = page.locator('#why')
    await why.getByRole('button', { name: 'net/ipv4', exact: true }).first().click()
    const chain = await why.locator('.panel .chain li').allTextContents()
    expect(chain[0]).toMatch(/^examples\/hello-http\/main\.c:\d+ main calls \w+$/)
    expect(chain.at(-1)).toBe('net/ipv4 provides "net.ipv4"')
    const onChain = await why.locator('.chip.on-chain').allTextContents()
    expect(onChain[0]).toMatch(/^main\.c:\d+$/)
    expect(onChain).toEqual(expect.arrayContaining(['posix/sockets', 'net/ipv4']))
    expect(await why.locator('.edge.strong').count()).toBe(onChain.length - 1)

    await why.getByRole('searchbox').fill('virtio-net')
    await why.getByRole('searchbox').press('Enter')
    expect(await why.locator('.panel h3').textContent()).toBe('drivers/virtio-net')
    await page.close()
  })

  test('a system call names its lines, and leads to the component that answers', async () => {
    const { page } = await open(390, 'light')
    const calls = page.locator('#syscalls')
    await calls.getByRole('searchbox').fill('epoll_ctl')
    const row = calls.locator('tbody tr:visible')
    expect(await row.count()).toBe(1)
    await row.locator('summary').click()
    expect(await row.locator('.lines li').count()).toBeGreaterThan(0)
    await row.getByRole('button', { name: 'posix/epoll' }).click()
    expect(await page.locator('#why .panel h3').textContent()).toBe('posix/epoll')
    await page.close()
  })

  test('the flame graph zooms, searches and resets', async () => {
    const { page, misdeeds } = await open(390, 'dark')
    const boot = page.locator('#boot')
    const total = await boot.locator('nav .caption').textContent()
    await boot.getByRole('searchbox').fill('az_pci_init')
    await expect.poll(() => boot.locator('output').textContent()).toMatch(/^[\d,]+ instructions, /)
    await boot.getByRole('searchbox').press('Enter')
    expect(await boot.locator('.path [aria-current]').textContent()).toBe('az_pci_init')
    expect(await boot.locator('nav .caption').textContent()).not.toBe(total)
    await boot.getByRole('button', { name: 'Show all' }).click()
    expect(await boot.locator('nav .caption').textContent()).toBe(total)
    expect(misdeeds).toEqual({ console: [], requests: [] })
    await page.close()
  })
})

const focused = (page: Page): Promise<unknown> =>
  page.evaluate("document.activeElement.getAttribute('aria-label')")

/** Controls and parts of the page without a name that a screen reader could say. */
const unlabelled = (page: Page): Promise<unknown> =>
  page.evaluate(`[...document.querySelectorAll('button, input, a, [role="group"], nav, section')]
    .filter((one) => !one.closest('[hidden]'))
    .filter((one) => !one.getAttribute('aria-label') && !one.getAttribute('aria-labelledby') && !one.textContent.trim())
    .map((one) => one.outerHTML.slice(0, 100))`)
