import { element } from './dom.ts'

const tip = element('div', { class: 'tip', role: 'tooltip', hidden: true })
const gap = 12

/** Shows lines of text beside the pointer or the element in focus; the first is the title. */
export function tooltips(
  container: HTMLElement | SVGElement,
  linesOf: (target: Element) => readonly string[] | undefined,
): void {
  if (!tip.isConnected) document.body.append(tip)
  const show = (target: EventTarget | null, x: number, y: number): void => {
    const lines = target instanceof Element ? linesOf(target) : undefined
    if (!lines) return hide()
    tip.replaceChildren(...lines.map((line, index) => element(index === 0 ? 'strong' : 'span', {}, line)))
    tip.hidden = false
    const { offsetWidth: width, offsetHeight: height } = tip
    const left =
      x + gap + width > innerWidth ? Math.max(4, Math.min(x - gap - width, innerWidth - width - 4)) : x + gap
    const top = y + gap + height > innerHeight ? Math.max(4, y - gap - height) : y + gap
    tip.style.left = `${left}px`
    tip.style.top = `${top}px`
  }
  container.addEventListener('pointermove', (event) => {
    const { target, clientX, clientY, pointerType } = event as PointerEvent
    if (pointerType === 'mouse') show(target, clientX, clientY)
  })
  container.addEventListener('pointerleave', hide)
  container.addEventListener('focusin', (event) => {
    const target = event.target as Element
    if (!target.matches(':focus-visible')) return
    const { left, bottom } = target.getBoundingClientRect()
    show(target, left, bottom - gap / 2)
  })
  container.addEventListener('focusout', hide)
}

function hide(): void {
  tip.hidden = true
}

window.addEventListener('scroll', hide, { passive: true })
window.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') hide()
})
