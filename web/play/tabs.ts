import { byId } from './dom.ts'

export interface Tabs {
  readonly show: (tab: 'console' | 'page') => void
}

/** On a narrow screen console and page are tabs; arrow keys move between them (WAI-ARIA, tabs pattern). */
export function openTabs(hasPage: boolean): Tabs {
  const tabs = { console: byId('tab-console'), page: byId('tab-page') }
  byId('tabs').hidden = !hasPage
  const show = (tab: 'console' | 'page'): void => {
    document.body.dataset['tab'] = hasPage ? tab : 'console'
    for (const [name, button] of Object.entries(tabs)) {
      button.setAttribute('aria-selected', String(name === tab))
      button.tabIndex = name === tab ? 0 : -1
    }
  }
  for (const name of ['console', 'page'] as const) {
    tabs[name].addEventListener('click', () => show(name))
    tabs[name].addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
      const other = name === 'console' ? 'page' : 'console'
      show(other)
      tabs[other].focus()
    })
  }
  return { show }
}
