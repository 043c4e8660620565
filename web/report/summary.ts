import type { Figure } from '../../compiler/report/document.ts'
import { element } from '../view/dom.ts'
import { amount, whole } from '../view/format.ts'

/** The figures, each with the budget held against it. */
export function summary(figures: readonly Figure[]): HTMLElement {
  return element('ul', { class: 'figures' }, ...figures.map(card))
}

function card({ label, value, unit, limit, ok = false, from }: Figure): HTMLElement {
  const [number, ...words] = value === null ? ['not known'] : amount(value, unit).split(' ')
  // "System calls: 15 system calls" says it twice.
  const counted = unit === 'calls' || unit === 'components'
  return element(
    'li',
    { class: 'card' },
    element('span', { class: 'label' }, label),
    element('span', { class: 'value' }, element('b', {}, number!), counted ? '' : ` ${words.join(' ')}`),
    limit === undefined ? undefined : value === null ? unheld(limit) : budget(value, limit, ok, counted),
    from === undefined ? undefined : element('span', { class: 'from' }, `from ${from}`),
  )
}

function unheld(limit: number): HTMLElement {
  return element('span', { class: 'budget over' }, `the budget of ${whole(limit)} is not held`)
}

function budget(value: number, limit: number, ok: boolean, listed: boolean): HTMLElement {
  const bar = element('span', { class: 'used' })
  bar.style.width = `${Math.min(100, limit === 0 ? 100 : (value * 100) / limit)}%`
  const words = listed ? wordsOfList(limit, ok) : wordsOfLimit(limit - value, limit, ok)
  return element(
    'span',
    { class: ok ? 'budget' : 'budget over' },
    element('span', { class: 'meter', 'aria-hidden': 'true' }, bar),
    element('span', {}, element('span', { 'aria-hidden': 'true' }, ok ? '✓ ' : '✗ '), words),
  )
}

function wordsOfLimit(left: number, limit: number, ok: boolean): string {
  if (!ok) return `${whole(-left)} over the budget of ${whole(limit)}`
  return left === 0
    ? `just the budget of ${whole(limit)}`
    : `${whole(left)} below the budget of ${whole(limit)}`
}

/** For a budget that is a list of what is allowed. */
function wordsOfList(limit: number, ok: boolean): string {
  return ok ? `all among the ${whole(limit)} allowed` : `not all among the ${whole(limit)} allowed`
}
