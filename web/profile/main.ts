import { select } from 'd3-selection'
import flamegraph, { type FlameNode } from 'd3-flame-graph'
import type { Frame, PageData, TableRow } from './data.ts'

const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T
const data = JSON.parse(element('data').textContent!) as PageData

/** Whose code a frame is: what its colour says. */
const kinds = [
  { name: 'app', colour: '--app', is: (owner: string) => owner === 'app' },
  { name: 'libc', colour: '--libc', is: (owner: string) => owner === 'libc' || owner.startsWith('libc/') },
  {
    name: 'network',
    colour: '--net',
    is: (owner: string) => owner.startsWith('net/') || owner.includes('virtio-net'),
  },
  {
    name: 'interrupts and faults',
    colour: '--trap',
    is: (_: string, name: string) => /^\[(interrupt|fault) /.test(name),
  },
  { name: 'kernel', colour: '--kernel', is: (owner: string) => owner !== '' },
  { name: 'outside the image', colour: '--outside', is: () => true },
] as const

const kindOf = ({ owner = '', name }: Frame) =>
  kinds[3].is(owner, name) ? kinds[3] : kinds.find((kind) => kind.is(owner, name))!

const percent = (part: number): string =>
  `${((100 * part) / data.total).toFixed(part === data.total ? 0 : 2)} %`
const describe = ({ data: { name, owner, place, value } }: FlameNode<Frame>): string =>
  [name, owner, place, `${value.toLocaleString('en')} ${data.unit}, ${percent(value)}`]
    .filter((part) => part !== undefined)
    .join(' · ')

function fillHead(): void {
  document.title = `${data.name}: profile`
  element('name').textContent = data.name
  element('about').textContent = data.about
  const seen = new Set<string>()
  const visit = (frame: Frame): void => {
    seen.add(kindOf(frame).name)
    frame.children.forEach(visit)
  }
  data.root.children.forEach(visit)
  for (const kind of kinds.filter(({ name }) => seen.has(name))) {
    const item = document.createElement('li')
    const patch = document.createElement('span')
    patch.style.background = `var(${kind.colour})`
    item.append(patch, kind.name)
    element('legend').append(item)
  }
}

const graph = element('graph')
const hint = 'Click a frame to look into it; point at one to read about it.'
let chart = flamegraph<Frame>()

function draw(): void {
  graph.replaceChildren()
  chart = flamegraph<Frame>()
    .width(graph.clientWidth)
    .cellHeight(19)
    .minFrameSize(1)
    .transitionDuration(matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 250)
    .tooltip(false)
    .sort(true)
    .setColorMapper((node) =>
      node.highlight
        ? 'var(--found)'
        : node.parent === null
          ? 'var(--all)'
          : `var(${kindOf(node.data).colour})`,
    )
    .setLabelHandler(describe)
    .setDetailsHandler((text) => (element('detail').textContent = text ?? hint))
    .setSearchMatch(({ data: { name, owner, place } }, term) =>
      [name, owner, place].some((part) => part?.toLowerCase().includes(term.toLowerCase())),
    )
    .setSearchHandler((results) => {
      const outermost = results.filter((node) => !hasAncestorIn(node, new Set(results)))
      const sum = outermost.reduce((total, node) => total + node.data.value, 0)
      element('found').textContent = `${percent(sum)} in ${results.length} frames`
    })
  select<HTMLElement, Frame>(graph).datum(data.root).call(chart)
}

function hasAncestorIn(node: FlameNode<Frame>, nodes: ReadonlySet<FlameNode<Frame>>): boolean {
  for (let above = node.parent; above !== null; above = above.parent) if (nodes.has(above)) return true
  return false
}

function search(term: string): void {
  if (term !== '') return chart.search(term)
  chart.clear()
  element('found').textContent = ''
}

function fillTable(): void {
  for (const row of data.functions) {
    const line = document.createElement('tr')
    const cell = (text: string, number = false): HTMLTableCellElement => {
      const made = document.createElement('td')
      made.textContent = text
      if (number) made.className = 'number'
      return made
    }
    const name = document.createElement('td')
    name.append(nameButton(row))
    line.append(
      cell(percent(row.self), true),
      cell(percent(row.total), true),
      name,
      cell(row.owner),
      cell(row.place),
    )
    element('functions').append(line)
  }
}

function nameButton({ name }: TableRow): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = name
  button.addEventListener('click', () => {
    element<HTMLInputElement>('search').value = name
    search(name)
    scrollTo({ top: 0, behavior: 'smooth' })
  })
  return button
}

fillHead()
fillTable()
draw()
element('detail').textContent = hint
const field = element<HTMLInputElement>('search')
field.addEventListener('input', () => search(field.value.trim()))
element('search-form').addEventListener('submit', (event) => event.preventDefault())
element('reset').addEventListener('click', () => {
  field.value = ''
  search('')
  chart.resetZoom()
})
let width = graph.clientWidth
addEventListener('resize', () => {
  if (graph.clientWidth === width) return
  width = graph.clientWidth
  draw()
  search(field.value.trim())
})
