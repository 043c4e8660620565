import type { Host } from '../host/index.ts'
import { categoryOfName, loadPageParts, renderPage, type FlameNode } from '../page/index.ts'
import type { ProfileDocument } from './document.ts'
import type { Profile } from './profile.ts'

/** Narrower frames than this part of the whole are left out: no screen could show them, and the page stays light. */
const leastPart = 1 / 10_000
const rowsMax = 500

/** A flame graph as one HTML page with everything inside; the page itself is web/profile/. */
export function renderFlameGraph(host: Host, profile: Profile): Promise<string> {
  const document = profileDocument(profile)
  return renderPage(loadPageParts(host, 'profile'), `${document.name} · azbuild profile`, document)
}

export function profileDocument(profile: Profile): ProfileDocument {
  const { name, arch, unit, every, instructions, samples } = profile
  const counted = unit === 'instructions'
  return {
    name: `${name} (${arch})`,
    about: counted
      ? `${samples.toLocaleString('en')} samples, ${every === 1 ? 'every one' : `one in ${every.toLocaleString('en')}`} of ${instructions?.toLocaleString('en') ?? 'its'} instructions`
      : `${samples.toLocaleString('en')} samples, one each time the machine was interrupted`,
    total: samples * every,
    flame: {
      kind: 'flame',
      title: 'Profile',
      unit: counted ? 'instructions' : 'samples',
      root: rootOf(profile),
    },
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

/** A frame while its children are found. */
type Growing = Omit<FlameNode, 'children' | 'self'> & { self: number; readonly children: Growing[] }

/** The tree of samples. What is left out as too narrow stays with its caller, so that the sums hold. */
function rootOf(profile: Profile): FlameNode {
  const { nodes, functions, every, samples } = profile
  const total = samples * every
  const root: Growing = { name: 'all', owner: 'image', category: 'file', self: total, total, children: [] }
  const frames: (Growing | undefined)[] = []
  nodes.forEach((node, index) => {
    const above = node.parent < 0 ? root : frames[node.parent]
    if (!above || node.total < samples * leastPart) return
    const { name, owner = 'outside', file, line } = functions[node.function]!
    const place = placeOf(file, line)
    const frame: Growing = {
      name,
      owner,
      category: categoryOfName(owner),
      ...(place === undefined ? {} : { place }),
      self: node.total * every,
      total: node.total * every,
      children: [],
    }
    frames[index] = frame
    above.children.push(frame)
    above.self -= frame.total
  })
  return root
}

function placeOf(file: string | undefined, line: number | undefined): string | undefined {
  return file === undefined ? undefined : line === undefined ? file : `${file}:${line}`
}
