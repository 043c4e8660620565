import type { FunctionRow, ProfileDocument } from '../../compiler/profile/document.ts'
import { element } from '../view/dom.ts'
import { flameGraph } from '../view/flame-graph.ts'
import { percent } from '../view/format.ts'

const byId = (id: string): HTMLElement => document.getElementById(id)!

/** Draws the page from the document in it. */
function draw({ name, about, total, flame, functions }: ProfileDocument): void {
  const graph = flameGraph(flame)
  const search = graph.querySelector('input')!
  const find = (text: string): void => {
    search.value = text
    search.dispatchEvent(new Event('input'))
    graph.scrollIntoView({ behavior: 'smooth' })
  }
  byId('head').append(element('h1', {}, name), element('p', { class: 'lead' }, about))
  byId('main').append(
    element('section', { 'aria-labelledby': 'calls' }, element('h2', { id: 'calls' }, 'Calls'), graph),
    element(
      'section',
      { 'aria-labelledby': 'functions' },
      element('h2', { id: 'functions' }, 'Functions'),
      element('div', { class: 'scroll' }, table(functions, total, find)),
    ),
  )
}

/** The functions that most was spent in; one that is picked is shown in the graph. */
function table(
  functions: readonly FunctionRow[],
  total: number,
  find: (text: string) => void,
): HTMLTableElement {
  const rows = functions.map((row) => {
    const button = element('button', { type: 'button', class: 'link' }, row.name)
    button.addEventListener('click', () => find(row.name))
    return element(
      'tr',
      {},
      element('td', {}, percent(row.self, total)),
      element('td', {}, percent(row.total, total)),
      element('th', { scope: 'row' }, button),
      element('td', {}, row.owner),
      element('td', {}, row.place),
    )
  })
  const heads = ['self', 'total', 'function', 'owner', 'where'].map((text) =>
    element('th', { scope: 'col' }, text),
  )
  return element(
    'table',
    { class: 'calls functions' },
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...rows),
  )
}

draw(JSON.parse(byId('data').textContent!) as ProfileDocument)
