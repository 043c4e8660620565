import { element } from './dom.ts'

/** A step of the path to `current`: it leads to `node`, or says that the reader is there. */
export function crumb<T extends { readonly data: { readonly name: string } }>(
  node: T,
  current: T,
  zoom: (node: T) => void,
): HTMLElement {
  if (node === current)
    return element('li', {}, element('span', { 'aria-current': 'location' }, node.data.name))
  const step = element('button', { type: 'button' }, node.data.name)
  step.addEventListener('click', () => zoom(node))
  return element('li', {}, step)
}

/** Escape and Backspace lead to what `above` returns, if anything. */
export function zoomOutByKey<T>(area: HTMLElement, above: () => T | null, zoom: (node: T) => void): void {
  area.addEventListener('keydown', (event) => {
    const node = event.key === 'Escape' || event.key === 'Backspace' ? above() : null
    if (node === null) return
    event.preventDefault()
    zoom(node)
  })
}
