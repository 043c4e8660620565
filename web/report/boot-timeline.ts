import type { BootSection } from '../../compiler/report/document.ts'
import { element } from '../view/dom.ts'
import { percent, whole } from '../view/format.ts'

/** What happens on the way to main(), in order, each with the stretch of instructions that it takes. */
export function bootTimeline({ events, flame }: BootSection): HTMLElement {
  const total = Math.max(1, flame.root.total, ...events.map(({ at, instructions }) => at + instructions))
  const rows = events.map(({ name, at, instructions }) => {
    const bar = element('span', { class: 'span' })
    bar.style.left = `${(at * 100) / total}%`
    bar.style.width = `${(instructions * 100) / total}%`
    return element(
      'li',
      { class: instructions === 0 ? 'moment' : '' },
      element('span', { class: 'name' }, name),
      element('span', { class: 'lane', 'aria-hidden': 'true' }, bar),
      element(
        'span',
        { class: 'number', title: `from instruction ${whole(at)} on, ${percent(instructions, total)}` },
        whole(instructions),
      ),
    )
  })
  return element('ol', { class: 'timeline', 'aria-label': 'Boot, step by step, in instructions' }, ...rows)
}
