import { afterEach, describe, expect, it } from 'vitest'
import { createConfig, parseKconfig } from '../index.ts'
import type { Screen } from '../menu/screen.ts'
import { parseInput, serveMenu, type ServedMenu } from './server.ts'

const KCONFIG = 'mainmenu "A <title>"\n\nconfig A\n\tbool "Option A"\n'

let served: ServedMenu | undefined
const written = new Map<string, string>()

afterEach(() => served?.close())

async function start(): Promise<ServedMenu> {
  const config = createConfig(parseKconfig({ root: 'Kconfig', read: () => KCONFIG }))
  served = await serveMenu(
    { config, file: '.config' },
    {
      read: () => undefined,
      write: (file, text) => {
        written.set(file, text)
        return undefined
      },
    },
  )
  return served
}

function textOf(screen: Screen): string {
  return screen.lines.map((line) => line.map(({ text }) => text).join('')).join('\n')
}

describe('menuconfig as a page', () => {
  it('sets a value, saves it and ends', async () => {
    const { url, left } = await start()
    const page = await fetch(url)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await page.text()).toContain('A &#60;title&#62;')
    const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? ''
    const { origin } = new URL(url)
    const press = async (key: string): Promise<Screen & { done?: boolean }> => {
      const body = JSON.stringify({ kind: 'key', key })
      const answer = await fetch(new URL('input', url), { method: 'POST', body, headers: { cookie, origin } })
      return (await answer.json()) as Screen & { done?: boolean }
    }
    expect(textOf(await press('space'))).toContain('[*] Option A')
    expect(textOf(await press('escape'))).toContain('Save the configuration?')
    expect((await press('y')).done).toBe(true)
    await left
    expect(written.get('.config')).toContain('CONFIG_A=y\n')
  })

  it('serves one page only, and that to nobody else', async () => {
    const { url } = await start()
    const { origin } = new URL(url)
    const wrong = await fetch(new URL('/guess/', url))
    expect(wrong.status).toBe(403)
    const page = await fetch(url)
    const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? ''
    expect((await fetch(url)).status).toBe(403)
    const input = new URL('input', url)
    const body = '{"kind":"key","key":"space"}'
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(input, { method: 'POST', body, headers })).status
    expect(await status({ cookie, origin })).toBe(200)
    expect(await status({ origin })).toBe(403)
    expect(await status({ cookie, origin: 'http://evil.example' })).toBe(403)
    expect(await status({ cookie })).toBe(403)
  })

  it('takes only inputs that the state machine knows', () => {
    expect(parseInput('{"kind":"resize","columns":100,"rows":30}')).toEqual({
      kind: 'resize',
      columns: 100,
      rows: 30,
    })
    for (const text of [
      '',
      'null',
      '{}',
      '{"kind":"key"}',
      '{"kind":"resize","columns":1e9,"rows":1}',
      '{"kind":"press","column":-1,"row":0}',
    ])
      expect(parseInput(text)).toBeUndefined()
  })
})
