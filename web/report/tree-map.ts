import { hierarchy, treemap, type HierarchyNode, type HierarchyRectangularNode } from 'd3-hierarchy'
import type { Category } from '../../compiler/page/category.ts'
import type { SizeNode } from '../../compiler/report/document.ts'
import { crumb, zoomOutByKey } from '../view/crumbs.ts'
import { element, onWidth, place, searchField } from '../view/dom.ts'
import { percent, whole } from '../view/format.ts'
import { legend } from '../view/legend.ts'
import { roving } from '../view/roving.ts'
import { tooltips } from '../view/tooltip.ts'

type Node = HierarchyNode<SizeNode>
/** A node laid out: of a tree of its own, whose root is what the map shows. */
type Tile = HierarchyRectangularNode<SizeNode>

/** A tile that is narrower has a label only when all of it fits; a group then has no head of its own. */
const labelWidthMin = 66
const letterWidth = 6.7
const headWidthMin = 52
const headHeightMin = 34
const headHeight = 19
const listedMax = 200

/** Every byte as area: groups hold components, these files, these symbols. Zooms into what is picked. */
export function treeMap(sizes: SizeNode): HTMLElement {
  const root = hierarchy(sizes, ({ children }) => children)
    // Only leaves carry bytes: a group is the sum of what it holds.
    .sum(({ bytes, children }) => (children ? 0 : bytes))
  const nodeOf = new Map(root.descendants().map((node) => [node.data, node]))
  const present = new Set(root.children?.map((node) => node.data.category!) ?? [])
  const nodes = new Map<Element, Node>()
  let current = root
  let wanted = ''
  let width = 0

  const tiles = element('div', { class: 'tiles', role: 'group', 'aria-label': 'Bytes of the image as areas' })
  const path = element('ol', { class: 'path' })
  const list = element('ul', { class: 'list' })
  const caption = element('p', { class: 'caption', 'aria-live': 'polite' })

  const hits = (node: Node): boolean => node.data.name.toLowerCase().includes(wanted)
  const isHit = (node: Node): boolean => node.ancestors().some((one) => one !== root && hits(one))

  const draw = (): void => {
    nodes.clear()
    tiles.replaceChildren(...tilesOf(current, width, wide(width) ? 560 : 460))
    path.replaceChildren(
      ...current
        .ancestors()
        .reverse()
        .map((node) => crumb(node, current, zoom)),
    )
    caption.textContent = `${whole(current.value!)} bytes, ${percent(current.value!, root.value!)} of the image`
    drawList()
  }

  const tilesOf = (shown: Node, w: number, h: number): readonly HTMLElement[] => {
    const layout = treemap<SizeNode>()
      .size([w, h])
      .round(true)
      .paddingInner(({ depth }) => (depth < 2 ? 2 : 1))
      .paddingOuter((tile) => (hasHead(tile) ? 2 : 0))
      .paddingTop((tile) => (hasHead(tile) ? headHeight : 0))
    const tiles = layout(shown.copy()).descendants()
    return tiles.flatMap((tile) => (tile.depth === 0 && tile.children ? [] : drawTile(tile)))
  }

  const drawTile = (tile: Tile): readonly HTMLElement[] => {
    const [w, h] = [tile.x1 - tile.x0, tile.y1 - tile.y0]
    const node = nodeOf.get(tile.data)!
    const [head, leaf, top] = [hasHead(tile), !tile.children, tile.depth <= 1]
    if (w < 1 || h < 1 || (!top && !leaf && !head)) return []
    const found = wanted === '' ? '' : isHit(node) ? ' hit' : ' dim'
    const shape = leaf ? 'leaf' : head ? 'head' : 'whole'
    const drawn = element(top ? 'button' : 'div', {
      class: `tile c-${categoryOf(node)} ${shape}${found}`,
      ...(top
        ? {
            type: 'button',
            'aria-label': described(node).join(', '),
            tabindex: tile.parent?.children?.[0] === tile ? 0 : -1,
          }
        : { 'aria-hidden': 'true' }),
    })
    // A label of which only a letter or two can be read says nothing.
    const room = leaf ? Math.min(labelWidthMin, node.data.name.length * letterWidth + 6) : headWidthMin
    const label = w >= room && h >= 15 && (leaf || head) ? node.data.name : ''
    if (label !== '') drawn.append(element('span', { class: 'name' }, label))
    if (label !== '' && head && w > 110)
      drawn.append(element('span', { class: 'number' }, whole(node.value!)))
    place(drawn, tile.x0, tile.y0, w, h)
    nodes.set(drawn, node)
    return [drawn]
  }

  const described = (node: Node): readonly string[] => [
    node.data.name,
    `${whole(node.value!)} bytes, ${percent(node.value!, root.value!)} of the image`,
    ...(node.depth > 1 ? [placeOf(node)] : []),
  ]

  const drawList = (): void => {
    const found = wanted === '' ? undefined : matches()
    const shown = found ?? current.children ?? [current]
    const most = Math.max(1, ...shown.map((node) => node.value!))
    const rows = shown.slice(0, listedMax).map((node) => row(node, most, found !== undefined))
    const more = shown.length - rows.length
    list.replaceChildren(
      ...rows,
      ...(more > 0 ? [element('li', { class: 'more' }, `and ${whole(more)} more`)] : []),
    )
  }

  const row = (node: Node, most: number, searched: boolean): HTMLElement => {
    const bar = element('span', { class: `bar c-${categoryOf(node)}`, 'aria-hidden': 'true' })
    bar.style.width = `${(node.value! * 100) / most}%`
    const target = node.children ? node : searched ? node.parent! : undefined
    const content = [
      element(
        'span',
        { class: 'name' },
        node.data.name,
        searched && node.depth > 1 ? element('small', {}, placeOf(node)) : undefined,
      ),
      element('span', { class: 'number' }, whole(node.value!)),
      bar,
    ]
    if (!target) return element('li', {}, element('div', { class: 'row' }, ...content))
    const button = element('button', { type: 'button', class: 'row' }, ...content)
    button.addEventListener('click', () => zoom(target))
    return element('li', {}, button)
  }

  /** What the search found, largest first; what lies inside something found is part of it. */
  const matches = (): readonly Node[] =>
    root
      .descendants()
      .filter(
        (node) =>
          node !== root &&
          hits(node) &&
          !node.ancestors().some((one) => one !== node && one !== root && hits(one)),
      )
      .sort((a, b) => b.value! - a.value! || (a.data.name < b.data.name ? -1 : 1))

  const zoom = (node: Node, focus = false): void => {
    current = node
    draw()
    if (focus) tiles.querySelector('button')?.focus()
  }

  tiles.addEventListener('click', (event) => {
    const tile = event.target instanceof Element ? event.target.closest('.tile') : null
    const node = tile && nodes.get(tile)
    if (!node) return
    const target = node.children
      ? node
      : (node.ancestors().find((one) => one.parent === current && one.children) ?? current)
    const byKey = event.detail === 0
    if (target !== current) zoom(target, byKey)
  })
  zoomOutByKey(
    tiles,
    () => current.parent,
    (node) => zoom(node, true),
  )
  roving(tiles, () => [...tiles.querySelectorAll('button')])
  tooltips(tiles, (target) => {
    const node = nodes.get(target.closest('.tile')!)
    return node && described(node)
  })
  onWidth(tiles, (now) => {
    width = now
    draw()
  })

  const search = searchField(
    'Search symbols, files, components',
    (text) => {
      wanted = text
      draw()
      if (text === '') return ''
      const found = matches()
      const bytes = found.reduce((sum, node) => sum + node.value!, 0)
      return found.length === 0 ? 'nothing found' : `${whole(found.length)} found, ${whole(bytes)} bytes`
    },
    () => {
      const [first] = wanted === '' ? [] : matches()
      if (first) zoom(first.children ? first : first.parent!)
    },
  )
  return element(
    'div',
    { class: 'treemap' },
    element('div', { class: 'tools' }, search, legend(present)),
    element('nav', { 'aria-label': 'Where the map is' }, path, caption),
    element('div', { class: 'split' }, tiles, list),
  )
}

const wide = (width: number): boolean => width > 600

function hasHead({ children, depth, x0, x1, y0, y1 }: Tile): boolean {
  return (
    children !== undefined &&
    (depth === 1 || depth === 2) &&
    x1 - x0 >= headWidthMin &&
    y1 - y0 >= headHeightMin
  )
}

function categoryOf(node: Node): Category {
  return node.ancestors().find((one) => one.data.category)?.data.category ?? 'core'
}

/** Where a node lies: `net/tcp, recovery.c`. */
function placeOf(node: Node): string {
  return node
    .ancestors()
    .slice(1, -1)
    .map((one) => one.data.name)
    .reverse()
    .join(', ')
}
