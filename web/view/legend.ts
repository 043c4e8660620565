import { categories, categoryNames, type Category } from '../../compiler/page/category.ts'
import { element } from './dom.ts'

/** What the colours mean. */
export function legend(present: ReadonlySet<Category>): HTMLElement {
  const items = categories
    .filter((category) => present.has(category))
    .map((category) =>
      element(
        'li',
        {},
        element('span', { class: `swatch c-${category}`, 'aria-hidden': 'true' }),
        categoryNames[category],
      ),
    )
  return element('ul', { class: 'legend', 'aria-label': 'Colours' }, ...items)
}
