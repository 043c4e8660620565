/**
 * A folder per case: `Kconfig` and other files, and any of
 *   config           the .config to load              env              NAME=value lines
 *   explain          names of symbols to explain      keys             keys for menuconfig
 *   annotations.json what the app demands             options.json     rules, prefix
 * against `*.expected`: config, defconfig, autoconf.h, problems, output, explain, screens. `UPDATE_CASES=1` writes what comes out.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expandGlob } from '../conf/glob.ts'
import {
  createConfig,
  drawMenu,
  explain,
  loadDotconfig,
  loaded,
  parseKconfig,
  renderAutoconfHeader,
  renderDefconfig,
  renderDotconfig,
  saved,
  startMenu,
  symbolNamed,
  update,
  type Annotation,
  type Config,
  type Explanation,
  type MenuState,
  type ParseOptions,
  type Tree,
} from '../index.ts'

const CASES = new URL('./cases', import.meta.url).pathname

function readCase(folder: string): Tree {
  const text = (name: string): string | undefined =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined
  const env = Object.fromEntries(
    (text('env') ?? '')
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [line.split('=') as [string, string]])),
  )
  const options = JSON.parse(text('options.json') ?? '{}') as Partial<ParseOptions>
  return parseKconfig({
    root: 'Kconfig',
    read: text,
    env,
    glob: (pattern) => expandGlob(pattern, (path) => readdirSync(join(folder, path))),
    shell: (command) => `<${command}>\n`,
    ...options,
  })
}

function problemLines(tree: Tree, config: Config, dotconfig: string | undefined): string {
  const own = tree.problems.map(({ severity, code, message, span, because = [] }) =>
    [
      `${span.file}:${span.line}: ${severity}[${code}]: ${message}`,
      ...because.map((line) => `  because ${line}`),
    ].join('\n'),
  )
  const report = dotconfig === undefined ? undefined : loadDotconfig(config, dotconfig)
  const file = (report?.problems ?? []).map(
    ({ kind, line, message }) => `config:${line}: ${kind}: ${message}`,
  )
  return [...own, ...file].map((line) => `${line}\n`).join('')
}

function explanation(why: Explanation): string {
  const { name, value, wanted, origin, heldDownBy, heldUpBy, toEnable } = why
  return [
    `${name}=${value}${wanted === undefined ? '' : ` (wanted ${wanted})`}`,
    `  origin: ${JSON.stringify(origin)}`,
    ...heldDownBy.map(
      (each) =>
        `  held down by ${each.expression} [${each.value}] from ${each.from} at ${each.file}:${each.line}`,
    ),
    ...heldUpBy.map((each) => `  held up by ${each.name} [${each.value}] at ${each.file}:${each.line}`),
    ...(toEnable ?? []).map((step) => `  set ${step.name}=${step.value} (${step.file}:${step.line})`),
    '',
  ].join('\n')
}

/** Words are keys, `"text"` is typed, `screen` takes a picture, `COLUMNSxROWS` resizes, `@column,row` clicks. */
function playKeys(config: Config, folder: string, keys: string): string {
  const notes = existsSync(join(folder, 'annotations.json'))
    ? (JSON.parse(readFileSync(join(folder, 'annotations.json'), 'utf8')) as Record<string, Annotation>)
    : {}
  let state = startMenu({ config, annotate: (name) => notes[name] })
  let out = ''
  const files = new Map<string, Config>()
  for (const [word] of keys.matchAll(/"[^"]*"|\S+/g)) {
    const [, columns, rows] = /^(\d+)x(\d+)$/.exec(word) ?? []
    const [, column, row] = /^@(\d+),(\d+)$/.exec(word) ?? []
    if (word === 'screen') out += `${picture(state)}\n`
    else if (columns !== undefined)
      state = update(state, { kind: 'resize', columns: Number(columns), rows: Number(rows) })
    else if (column !== undefined)
      state = update(state, { kind: 'press', column: Number(column), row: Number(row) })
    else if (word.startsWith('"'))
      for (const char of word.slice(1, -1))
        state = update(state, { kind: 'key', key: char === ' ' ? 'space' : char })
    else state = update(state, { kind: 'key', key: word })
    const { request } = state
    if (request?.kind === 'save') {
      files.set(request.file, request.config)
      out += `saved ${request.file}:\n${renderDefconfig(request.config.clone())}\n`
      state = saved(state, request.file)
    } else if (request?.kind === 'load') {
      const file = files.get(request.file)
      out += `loaded ${request.file}: ${file === undefined ? 'not there' : 'found'}\n\n`
      if (file !== undefined) state = loaded(state, request.file, file)
    }
    if (state.request?.kind === 'exit') return `${out}left\n`
  }
  return out
}

function picture(state: MenuState): string {
  const { lines, cursor } = drawMenu(state)
  expect(lines).toHaveLength(state.rows)
  const text = lines.map((line) => {
    const whole = line.map((run) => run.text).join('')
    expect([...whole]).toHaveLength(state.columns)
    const marked = line
      .map((run) =>
        run.style === 'selected' || run.style === 'pressed' ? run.text.replace(/^./, '▶') : run.text,
      )
      .join('')
    return `|${marked}|`
  })
  const edge = `+${'-'.repeat(state.columns)}+`
  return [
    edge,
    ...text,
    edge + (cursor === undefined ? '' : ` cursor ${cursor.column},${cursor.row}`),
    '',
  ].join('\n')
}

function results(folder: string): Map<string, string> {
  const tree = readCase(folder)
  const config = createConfig(tree)
  const input = (name: string): string | undefined =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined
  const found = new Map<string, string>()
  found.set('problems', problemLines(tree, config, input('config')))
  found.set('config', renderDotconfig(config))
  found.set('defconfig', renderDefconfig(config.clone()))
  if (existsSync(join(folder, 'autoconf.h.expected'))) found.set('autoconf.h', renderAutoconfHeader(config))
  if (existsSync(join(folder, 'output.expected')))
    found.set('output', tree.output.map(({ stream, text }) => `${stream}: ${text}`).join(''))
  const names = input('explain')
    ?.split(/\s+/)
    .filter((name) => name !== '')
  if (names !== undefined)
    found.set(
      'explain',
      names
        .map((name) => explanation(explain(config, symbolNamed(tree, name) ?? expect.fail(`no ${name}`))))
        .join(''),
    )
  const keys = input('keys')
  if (keys !== undefined) found.set('screens', playKeys(config, folder, keys))
  return found
}

mkdirSync(CASES, { recursive: true })

describe('cases', () => {
  const names = readdirSync(CASES).sort()
  it('are there', () => expect(names.length).toBeGreaterThan(10))
  it.each(names)('%s', (name) => {
    const folder = join(CASES, name)
    for (const [what, text] of results(folder)) {
      const file = join(folder, `${what}.expected`)
      if (process.env['UPDATE_CASES']) {
        if (text === '') rmSync(file, { force: true })
        else writeFileSync(file, text)
      }
      expect(text, what).toBe(existsSync(file) ? readFileSync(file, 'utf8') : '')
    }
  })
})
