import type { WhyGraph, WhyNode } from '../../compiler/report/document.ts'
import { drawing, element, onWidth, searchField } from '../view/dom.ts'
import { whole } from '../view/format.ts'
import { roving } from '../view/roving.ts'
import { tooltips } from '../view/tooltip.ts'

const kindNames: Readonly<Record<WhyNode['kind'], string>> = {
  line: 'line of the app',
  given: 'given',
  syscall: 'system call',
  feature: 'feature',
  component: 'component',
}

export interface WhyView {
  readonly element: HTMLElement
  /** Picks a node and brings it into view. */
  readonly show: (id: string) => void
}

/** The graph of reasons, left to right; picking a node shows the chain that leads to it and what it is needed for. */
export function whyView({ nodes, edges }: WhyGraph): WhyView {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const layerCount = Math.max(0, ...nodes.map(({ layer }) => layer)) + 1
  const chips = new Map<string, HTMLButtonElement>()
  const idOf = new Map<Element, string>()
  let picked: string | undefined
  let wanted = ''

  const picture = drawing('svg', { class: 'edges', 'aria-hidden': 'true' })
  const layers = Array.from({ length: layerCount }, (_, layer) =>
    element(
      'li',
      { class: 'layer' },
      element('span', { class: 'layer-name' }, layerName(layer)),
      ...nodes.filter((node) => node.layer === layer).map((node) => chip(node)),
    ),
  )
  const graph = element('ol', { class: 'layers', 'aria-label': 'Reasons, from causes to effects' }, ...layers)
  const stage = element('div', { class: 'stage' }, picture, graph)
  const panel = element('section', {
    class: 'panel',
    'aria-live': 'polite',
    'aria-label': 'Why this is in the image',
  })

  function chip(node: WhyNode): HTMLElement {
    const button = element(
      'button',
      {
        type: 'button',
        class: `chip k-${node.kind}${node.category ? ` c-${node.category}` : ''}`,
        tabindex: -1,
        'aria-pressed': 'false',
      },
      node.label,
    )
    chips.set(node.id, button)
    idOf.set(button, node.id)
    return button
  }

  const chainOf = (id: string): readonly string[] => {
    const chain = [id]
    for (
      let parent = byId.get(id)?.parent;
      parent !== undefined && !chain.includes(parent);
      parent = byId.get(parent)?.parent
    )
      chain.unshift(parent)
    return chain
  }

  const mark = (): void => {
    const chain = new Set(picked === undefined ? [] : chainOf(picked))
    const near = new Set(
      edges.flatMap(({ from, to }) => (from === picked ? [to] : to === picked ? [from] : [])),
    )
    for (const [id, button] of chips) {
      const node = byId.get(id)!
      button.classList.toggle('picked', id === picked)
      button.classList.toggle('on-chain', chain.has(id))
      button.classList.toggle('near', near.has(id) && !chain.has(id))
      button.classList.toggle(
        'dim',
        wanted !== '' ? !matches(node) : picked !== undefined && !chain.has(id) && !near.has(id),
      )
      button.setAttribute('aria-pressed', String(id === picked))
    }
    drawEdges()
  }

  const drawEdges = (): void => {
    const { left, top, width, height } = stage.getBoundingClientRect()
    // The style decides whether layers stand side by side.
    const columns = getComputedStyle(graph).flexDirection === 'row'
    picture.setAttribute('viewBox', `0 0 ${width} ${height}`)
    const chain = picked === undefined ? [] : chainOf(picked)
    const box = (id: string): DOMRect => chips.get(id)!.getBoundingClientRect()
    const onChain = (from: string, to: string): boolean =>
      chain.some((id, index) => id === from && chain[index + 1] === to)
    const paths = edges.flatMap(({ from, to }) => {
      const strong = onChain(from, to)
      const touching = from === picked || to === picked
      const forward = byId.get(from)!.layer < byId.get(to)!.layer
      if (!strong && !touching && (!columns || !forward || picked !== undefined)) return []
      const [a, b] = [box(from), box(to)]
      const d = columns ? sideways(a, b, left, top) : downwards(a, b, left, top)
      return [
        {
          strong,
          path: drawing('path', { d, class: strong ? 'edge strong' : touching ? 'edge touching' : 'edge' }),
        },
      ]
    })
    picture.replaceChildren(
      ...paths.toSorted((a, b) => Number(a.strong) - Number(b.strong)).map(({ path }) => path),
    )
  }

  const matches = (node: WhyNode): boolean =>
    [node.label, node.title ?? '', node.id].some((text) => text.toLowerCase().includes(wanted))

  const pick = (id: string | undefined): void => {
    picked = id
    const stop = id ?? nodes[0]?.id
    for (const [other, button] of chips) button.tabIndex = other === stop ? 0 : -1
    panel.replaceChildren(...(id === undefined ? [hint()] : about(byId.get(id)!)))
    mark()
  }

  const hint = (): HTMLElement =>
    element('p', { class: 'caption' }, 'Pick anything above to see why it is there.')

  const about = (node: WhyNode): readonly HTMLElement[] => {
    const causes = edges.filter(({ to }) => to === node.id)
    const effects = edges.filter(({ from }) => from === node.id)
    const facts = [
      kindNames[node.kind],
      ...(node.title ? [node.title] : []),
      ...(node.bytes === undefined ? [] : [`${whole(node.bytes)} bytes`]),
    ]
    return [
      element('h3', {}, node.label),
      element('p', { class: 'caption' }, facts.join(' · ')),
      ...(node.because.length > 0
        ? [
            element('h4', {}, 'It is in the image because'),
            element('ol', { class: 'chain' }, ...node.because.map((line) => element('li', {}, line))),
          ]
        : []),
      ...related(
        node.kind === 'component' ? 'Asked for by' : 'Reached from',
        causes.map(({ from, label }) => ({ id: from, label })),
      ),
      ...(node.moreLines === undefined
        ? []
        : [
            element(
              'p',
              { class: 'caption' },
              `and ${whole(node.moreLines)} more ${node.moreLines === 1 ? 'line' : 'lines'} of the app`,
            ),
          ]),
      ...related(
        node.kind === 'component' ? 'Brings in' : 'Leads to',
        effects.map(({ to, label }) => ({ id: to, label })),
      ),
    ]
  }

  const related = (
    title: string,
    others: readonly { readonly id: string; readonly label: string }[],
  ): readonly HTMLElement[] => {
    if (others.length === 0) return []
    const links = others.map(({ id, label }) => {
      const link = element('button', { type: 'button', class: 'link' }, byId.get(id)!.label)
      link.addEventListener('click', () => pick(id))
      return element('li', {}, link, element('small', {}, label))
    })
    return [element('h4', {}, title), element('ul', { class: 'related' }, ...links)]
  }

  stage.addEventListener('click', (event) => {
    const id = event.target instanceof Element ? idOf.get(event.target.closest('.chip')!) : undefined
    // Picking it again shows the whole graph.
    if (id !== undefined) pick(id === picked ? undefined : id)
  })
  stage.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') pick(undefined)
  })
  roving(stage, () => [...chips.values()])
  tooltips(stage, (target) => {
    const node = byId.get(idOf.get(target.closest('.chip')!) ?? '')
    return (
      node && [
        node.label,
        node.title ?? kindNames[node.kind],
        ...(node.bytes === undefined ? [] : [`${whole(node.bytes)} bytes`]),
      ]
    )
  })
  onWidth(stage, drawEdges)

  const search = searchField(
    'Search components, system calls, lines',
    (text) => {
      wanted = text
      mark()
      if (text === '') return ''
      const found = nodes.filter(matches).length
      return found === 0 ? 'nothing found' : `${whole(found)} found`
    },
    () => {
      const rank = (node: WhyNode): number =>
        Number(node.label.toLowerCase() !== wanted) * 2 + Number(node.kind !== 'component')
      const [first] = wanted === '' ? [] : nodes.filter(matches).toSorted((a, b) => rank(a) - rank(b))
      if (first) pick(first.id)
    },
  )
  pick(undefined)
  return {
    element: element('div', { class: 'why' }, element('div', { class: 'tools' }, search), stage, panel),
    show: (id) => {
      if (!byId.has(id)) return
      pick(id)
      chips.get(id)!.scrollIntoView({ block: 'center' })
      chips.get(id)!.focus({ preventScroll: true })
    },
  }
}

function layerName(layer: number): string {
  return ['your lines', 'ask for', 'answered by', 'which need', 'and these'][layer] ?? ''
}

/** A curve from the right side of one box to the left of another; around, when that lies behind. */
function sideways(a: DOMRect, b: DOMRect, left: number, top: number): string {
  const [x1, y1] = [a.right - left, a.top + a.height / 2 - top]
  const y2 = b.top + b.height / 2 - top
  if (b.left < a.right) {
    const x2 = b.right - left
    const bend = Math.max(x1, x2) + 24
    return `M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}`
  }
  const x2 = b.left - left
  const half = (x1 + x2) / 2
  return `M${x1} ${y1}C${half} ${y1} ${half} ${y2} ${x2} ${y2}`
}

/** A curve between boxes that lie above each other. */
function downwards(a: DOMRect, b: DOMRect, left: number, top: number): string {
  const down = b.top >= a.bottom
  const [x1, y1] = [a.left + a.width / 2 - left, (down ? a.bottom : a.top) - top]
  const [x2, y2] = [b.left + b.width / 2 - left, (down ? b.top : b.bottom) - top]
  const half = (y1 + y2) / 2
  return `M${x1} ${y1}C${x1} ${half} ${x2} ${half} ${x2} ${y2}`
}
