import pty from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { buildSync } from 'esbuild'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const CASE = new URL('../test/cases/menu-demand', import.meta.url).pathname
/** Beside the sources, so that terminal-kit is found. */
const SCRIPT = new URL('../../node_modules/.cache/azbuild-menuconfig-test.mjs', import.meta.url).pathname

const directory = mkdtempSync(join(tmpdir(), 'kconfig-pty-'))

beforeAll(() => {
  buildSync({
    entryPoints: [new URL('./cli.ts', import.meta.url).pathname],
    outfile: SCRIPT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  })
})
afterAll(() => {
  rmSync(directory, { recursive: true, force: true })
  rmSync(SCRIPT, { force: true })
})

interface Session {
  /** Sends keys and waits until the screen holds the text. */
  type(keys: string, until: string): Promise<string>
  resize(columns: number, rows: number, until: string): Promise<string>
  screen(): string
  /** The style of the cell under a text: whether it is inverse, and whether it has a colour. */
  styleOf(text: string): { inverse: boolean; coloured: boolean }
  readonly ended: Promise<number>
}

function start(env: Record<string, string> = {}): Session {
  const terminal = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true })
  const child = pty.spawn(process.execPath, [SCRIPT, 'Kconfig'], {
    cols: 80,
    rows: 24,
    cwd: CASE,
    env: {
      PATH: process.env['PATH'] ?? '',
      TERM: 'xterm-256color',
      KCONFIG_CONFIG: join(directory, '.config'),
      ...env,
    },
  })
  child.onData((data) => terminal.write(data))
  const ended = new Promise<number>((resolve) => child.onExit(({ exitCode }) => resolve(exitCode)))
  const lines = (): string[] =>
    Array.from(
      { length: terminal.rows },
      (_, row) => terminal.buffer.active.getLine(row)?.translateToString(false, 0, terminal.cols) ?? '',
    )
  const screen = (): string => lines().join('\n')
  const until = async (text: string): Promise<string> => {
    for (let i = 0; i < 600 && !screen().includes(text); i++)
      await new Promise((resolve) => setTimeout(resolve, 50))
    expect(screen()).toContain(text)
    return screen()
  }
  return {
    screen,
    ended,
    async type(keys, text) {
      child.write(keys)
      return until(text)
    },
    async resize(columns, rows, text) {
      terminal.resize(columns, rows)
      child.resize(columns, rows)
      return until(text)
    },
    styleOf(text) {
      const row = lines().findIndex((line) => line.includes(text))
      const cell = terminal.buffer.active.getLine(row)?.getCell(lines()[row]?.indexOf(text) ?? 0)
      const coloured = cell !== undefined && !(cell.isFgDefault() && cell.isBgDefault())
      return { inverse: Boolean(cell?.isInverse()), coloured }
    },
  }
}

describe('menuconfig in a terminal', () => {
  it('shows the menu, follows keys and the mouse, resizes, and saves', { timeout: 120_000 }, async () => {
    const session = start()
    expect(await session.type('', '[ ] Debugging (NEW)')).toMatch(/^ azbuild - .*\n Top/)
    expect(await session.type('\r', 'CUBIC')).toContain('[*] TCP (NEW)')
    expect(await session.type('\x1b', ' Top')).toContain('Network  --->')
    // A press and release of the left button on the row of Debugging, which only selects it, then space.
    await session.type('\x1b[<0;6;7M\x1b[<0;6;7m', ' DEBUG: ')
    expect(await session.type(' ', '[*] Debugging')).toContain('-*- Symbol table')
    expect(await session.type('/congest', '1 found')).toContain('Connections with congestion control.')
    await session.type('\r', ' TCP: default at Kconfig:7')
    const small = await session.resize(50, 12, ' Network')
    expect(small.split('\n')).toHaveLength(12)
    await session.type('hq', 'Save the configuration?')
    await session.type('y', '')
    expect(await session.ended).toBe(0)
    expect(existsSync(join(directory, '.config'))).toBe(true)
    expect(readFileSync(join(directory, '.config'), 'utf8')).toContain('CONFIG_DEBUG=y\nCONFIG_SYMBOLS=y\n')
  })

  it('uses no colour with NO_COLOR, and still shows what is selected', { timeout: 120_000 }, async () => {
    const session = start({ NO_COLOR: '1', KCONFIG_CONFIG: join(directory, 'none') })
    await session.type('', '[ ] Debugging (NEW)')
    expect(session.styleOf('Network')).toEqual({ inverse: true, coloured: false })
    expect(session.styleOf('Several processors')).toEqual({ inverse: false, coloured: false })
    await session.type('q', '')
    expect(await session.ended).toBe(0)
  })
})
