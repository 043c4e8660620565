type Attributes = Readonly<Record<string, string | number | boolean | undefined>>
type Child = Node | string | undefined

/** An element with attributes and children. Text is only ever text: names of the user's program are never read as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children)
}

/** The same in SVG. */
export function drawing<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children)
}

function fill<T extends Element>(target: T, attributes: Attributes, children: readonly Child[]): T {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    target.setAttribute(name, value === true ? '' : String(value))
  }
  target.append(...children.filter((child) => child !== undefined))
  return target
}

/** Puts an element at a place in its container, in pixels. */
export function place(target: HTMLElement, x: number, y: number, width: number, height: number): void {
  target.style.left = `${x}px`
  target.style.top = `${y}px`
  target.style.width = `${width}px`
  target.style.height = `${height}px`
}

/** Calls `draw` with the width of an element, now and whenever it changes. */
export function onWidth(target: HTMLElement, draw: (width: number) => void): void {
  let last = 0
  new ResizeObserver(() => {
    const width = Math.floor(target.clientWidth)
    if (width === last || width === 0) return
    last = width
    draw(width)
  }).observe(target)
}

/** A search field with what it found beside it. */
export function searchField(
  label: string,
  onInput: (text: string) => string,
  onEnter: () => void = () => {},
): HTMLElement {
  const found = element('output', { class: 'found', 'aria-live': 'polite' })
  const input = element('input', {
    type: 'search',
    placeholder: label,
    'aria-label': label,
    spellcheck: 'false',
    autocomplete: 'off',
  })
  const search = (): void => void (found.textContent = onInput(input.value.trim().toLowerCase()))
  input.addEventListener('input', search)
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') onEnter()
    if (event.key === 'Escape' && input.value !== '') {
      input.value = ''
      search()
    }
  })
  return element('div', { class: 'search', role: 'search' }, input, found)
}
