import { fail, ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { pageMissing } from './diagnostics.ts'
import type { Profile } from './profile.ts'

/** A frame of the page: `Frame` in web/profile/data.ts. */
interface PageFrame {
  readonly name: string
  readonly value: number
  readonly owner?: string
  readonly place?: string
  readonly children: PageFrame[]
}

/** Narrower frames than this part of the whole are left out: no screen could show them, and the page stays light. */
const leastPart = 1 / 10_000
const rowsMax = 500

/** A flame graph as one HTML page with everything inside; the page itself is web/profile/. */
export function renderFlameGraph(host: Host, profile: Profile): Result<string> {
  const folder = `${host.packageFolder}/dist/web/profile`
  const parts = ['index.html', 'style.css', 'main.js'].map((file) => ({
    file,
    text: host.readText(`${folder}/${file}`),
  }))
  const missing = parts.find(({ text }) => text === undefined)
  if (missing) return fail(pageMissing(`${folder}/${missing.file}`))
  const [page, style, script] = parts.map(({ text }) => text!) as [string, string, string]
  // Whatever stands in a script element, `</script` would end it, and `<!--` would begin something else.
  const data = JSON.stringify(pageData(profile)).replaceAll('<', '\\u003c')
  return ok(
    page
      .replace('<!-- style -->', () => `<style>\n${style}</style>`)
      .replace('<!-- data -->', () => `<script id="data" type="application/json">${data}</script>`)
      .replace('<!-- script -->', () => `<script>${script.replaceAll('</script', '<\\/script')}</script>`),
  )
}

function pageData(profile: Profile) {
  const { name, arch, unit, every, instructions, samples } = profile
  const counted = unit === 'instructions'
  return {
    name: `${name} (${arch})`,
    about: counted
      ? `${samples.toLocaleString('en')} samples, ${every === 1 ? 'every one' : `one in ${every.toLocaleString('en')}`} of ${instructions?.toLocaleString('en') ?? 'its'} instructions`
      : `${samples.toLocaleString('en')} samples, one each time the machine was interrupted`,
    unit: counted ? 'instructions' : 'samples',
    total: samples * every,
    root: rootFrame(profile),
    functions: profile.functions
      .slice(0, rowsMax)
      .map(({ name: fn, owner = '', file, line, hottestLine, self, total }) => ({
        name: fn,
        owner,
        place: placeOf(file, hottestLine ?? line) ?? '',
        self: self * every,
        total: total * every,
      })),
  }
}

function rootFrame(profile: Profile): PageFrame {
  const { nodes, functions, every, samples } = profile
  const root: PageFrame = { name: 'all', value: samples * every, children: [] }
  const frames: (PageFrame | undefined)[] = []
  nodes.forEach((node, index) => {
    const above = node.parent < 0 ? root : frames[node.parent]
    if (!above || node.total < samples * leastPart) return
    const { name, owner, file, line } = functions[node.function]!
    const place = placeOf(file, line)
    const frame = {
      name,
      value: node.total * every,
      ...(owner === undefined ? {} : { owner }),
      ...(place === undefined ? {} : { place }),
      children: [],
    }
    frames[index] = frame
    above.children.push(frame)
  })
  return root
}

function placeOf(file: string | undefined, line: number | undefined): string | undefined {
  return file === undefined ? undefined : line === undefined ? file : `${file}:${line}`
}
