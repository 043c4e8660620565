import { hierarchy, partition, type HierarchyRectangularNode } from 'd3-hierarchy'
import type { Category } from '../../compiler/page/category.ts'
import type { FlameNode, FlameSection } from '../../compiler/page/flame.ts'
import { crumb, zoomOutByKey } from './crumbs.ts'
import { element, onWidth, place, searchField } from './dom.ts'
import { percent, whole } from './format.ts'
import { legend } from './legend.ts'
import { roving } from './roving.ts'
import { tooltips } from './tooltip.ts'

type Node = HierarchyRectangularNode<FlameNode>

const rowHeight = 21
/** What is narrower than this many pixels is not drawn; zooming in shows it. */
const widthMin = 0.6

/** A call tree, callers above what they call. Zooms into the frame that is picked. */
export function flameGraph({ title, unit, root: data }: FlameSection): HTMLElement {
  const total = data.total
  const root = partition<FlameNode>()(
    hierarchy(data, ({ children }) => children)
      .sum(({ self }) => self)
      .sort((a, b) => b.value! - a.value! || (a.data.name < b.data.name ? -1 : 1)),
  ) as Node
  const all = root.descendants()
  const present = new Set<Category>(
    all.map((node) => node.data.category).filter((category) => category !== 'file'),
  )
  const nodes = new Map<Element, Node>()
  let current = root
  let wanted = ''
  let width = 0

  const frames = element('div', {
    class: 'flame',
    role: 'group',
    'aria-label': `${title}: calls, as wide as their ${unit}`,
  })
  const path = element('ol', { class: 'path' })
  const caption = element('p', { class: 'caption', 'aria-live': 'polite' })
  const reset = element('button', { type: 'button', class: 'quiet' }, 'Show all')
  const hits = (node: Node): boolean =>
    [node.data.name, node.data.owner, node.data.place].some((part) => part?.toLowerCase().includes(wanted))

  const draw = (): void => {
    nodes.clear()
    const scale = width / (current.x1 - current.x0)
    const above = current.ancestors()
    const shown = [
      ...above.slice(1),
      ...current.descendants().filter((node) => (node.x1 - node.x0) * scale >= widthMin),
    ]
    const depth = Math.max(...shown.map((node) => node.depth))
    frames.replaceChildren(
      ...shown.map((node) => frame(node, scale, above.includes(node) && node !== current)),
    )
    frames.style.height = `${(depth + 1) * rowHeight}px`
    path.replaceChildren(
      ...above
        .toReversed()
        .slice(-6)
        .map((node) => crumb(node, current, zoom)),
    )
    caption.textContent = `${whole(current.value!)} ${unit}, ${percent(current.value!, total)} of all`
    reset.hidden = current === root
  }

  const frame = (node: Node, scale: number, isAbove: boolean): HTMLElement => {
    const w = isAbove ? width : (node.x1 - node.x0) * scale
    const button = element('button', {
      type: 'button',
      class: [
        'frame',
        `c-${node.data.category}`,
        isAbove ? 'above' : '',
        wanted === '' ? '' : hits(node) ? 'hit' : 'dim',
      ]
        .filter(Boolean)
        .join(' '),
      'aria-label': described(node).join(', '),
      tabindex: node === current ? 0 : -1,
    })
    if (w > 30) button.append(element('span', { class: 'name' }, node.data.name))
    place(
      button,
      isAbove ? 0 : (node.x0 - current.x0) * scale,
      node.depth * rowHeight,
      Math.max(w - 1, 0.6),
      rowHeight - 1,
    )
    nodes.set(button, node)
    return button
  }

  const described = ({
    data: { name, owner, calls, place: where, self },
    value,
  }: Node): readonly string[] => [
    name,
    `${whole(value!)} ${unit}, ${percent(value!, total)}`,
    `${whole(self)} of them its own`,
    ...(where === undefined ? [] : [where]),
    calls === undefined
      ? owner
      : calls === 0
        ? `${owner}, open since before`
        : `${owner}, called ${whole(calls)} ${calls === 1 ? 'time' : 'times'}`,
  ]

  const zoom = (node: Node, focus = false): void => {
    current = node
    draw()
    if (focus) frames.querySelector<HTMLElement>('[tabindex="0"]')?.focus()
  }

  frames.addEventListener('click', (event) => {
    const node = event.target instanceof Element ? nodes.get(event.target.closest('.frame')!) : undefined
    if (node) zoom(node, event.detail === 0)
  })
  zoomOutByKey(
    frames,
    () => current.parent,
    (node) => zoom(node, true),
  )
  reset.addEventListener('click', () => zoom(root))
  roving(frames, () => [...frames.querySelectorAll('button')])
  tooltips(frames, (target) => {
    const node = nodes.get(target.closest('.frame')!)
    return node && described(node)
  })
  onWidth(frames, (now) => {
    width = now
    draw()
  })

  const matches = (): readonly Node[] =>
    all.filter((node) => hits(node) && !node.ancestors().some((one) => one !== node && hits(one)))
  const search = searchField(
    'Search functions, components, files',
    (text) => {
      wanted = text
      draw()
      if (text === '') return ''
      const spent = matches().reduce((sum, node) => sum + node.value!, 0)
      return spent === 0 ? 'nothing found' : `${whole(spent)} ${unit}, ${percent(spent, total)}`
    },
    () => {
      const [first] = wanted === '' ? [] : matches().toSorted((a, b) => b.value! - a.value!)
      if (first) zoom(first)
    },
  )
  return element(
    'div',
    { class: 'flamegraph' },
    element('div', { class: 'tools' }, search, legend(present)),
    element('nav', { 'aria-label': 'Where the flame graph is' }, path, caption, reset),
    frames,
  )
}
