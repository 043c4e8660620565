import type { Missing, ReportDocument } from '../../compiler/report/document.ts'
import { bootTimeline } from './boot-timeline.ts'
import { element } from '../view/dom.ts'
import { flameGraph } from '../view/flame-graph.ts'
import { amount, runnerNames, whole } from '../view/format.ts'
import { historyCharts } from './history-charts.ts'
import { summary } from './summary.ts'
import { syscallTable } from './syscall-table.ts'
import { treeMap } from './tree-map.ts'
import { whyView } from './why-view.ts'

interface Section {
  readonly id: string
  readonly name: string
  readonly title: string
  readonly lead: string
  readonly content: readonly HTMLElement[]
}

/** Draws the page from the document in it. */
function draw(report: ReportDocument): void {
  const why = whyView(report.why)
  const sections = sectionsOf(report, why)
  const { name, arch, sizes, figures, version, command } = report
  const boot = figures.find((figure) => figure.name === 'bootInstructions')
  byId('head').append(
    element('p', { class: 'kind' }, `azbuild report · ${arch}`),
    element('h1', {}, name),
    element(
      'p',
      { class: 'lead' },
      `The program and the least kernel it needs, in one file of ${amount(sizes.bytes, 'bytes')}`,
      boot?.value ? `, at main() after ${amount(boot.value, 'instructions')}.` : '.',
    ),
  )
  byId('nav').append(
    element(
      'ul',
      {},
      ...sections.map(({ id, name: label }) => element('li', {}, element('a', { href: `#${id}` }, label))),
    ),
  )
  byId('main').append(
    ...sections.map(({ id, title, lead, content }) =>
      element(
        'section',
        { id, 'aria-labelledby': `${id}-title` },
        element('h2', { id: `${id}-title` }, title),
        element('p', { class: 'lead' }, lead),
        ...content,
      ),
    ),
  )
  byId('foot').append(
    element(
      'p',
      {},
      `azbuild ${version} made this page from the image itself: `,
      element('code', {}, command),
    ),
  )
}

function sectionsOf(report: ReportDocument, why: ReturnType<typeof whyView>): readonly Section[] {
  const { boot, requests, syscalls, history } = report
  const components = report.why.nodes.filter(({ kind }) => kind === 'component').length
  return [
    {
      id: 'summary',
      name: 'Summary',
      title: 'Summary',
      lead: 'Counted, not timed: the same on every machine.',
      content: [summary(report.figures)],
    },
    {
      id: 'bytes',
      name: 'Bytes',
      title: 'Every byte',
      lead: `The ${amount(report.sizes.bytes, 'bytes')} of the file, each given to exactly one owner. Pick an area to go in, Escape to come out.`,
      content: [treeMap(report.sizes)],
    },
    {
      id: 'why',
      name: 'Why',
      title: 'Why it is there',
      lead: `From lines of the app, over what they ask of a system, to ${whole(components)} components. Pick one to see its chain.`,
      content: [why.element],
    },
    {
      id: 'boot',
      name: 'Boot',
      title: 'Boot, instruction by instruction',
      lead:
        boot.kind === 'boot'
          ? `From the first instruction of the kernel until there is nothing to do, in the order it happens. Counted on ${runnerNames[boot.runner] ?? boot.runner}.`
          : '',
      content:
        boot.kind === 'boot'
          ? [bootTimeline(boot), element('h3', {}, 'Who spends them'), flameGraph(boot.flame)]
          : [missing(boot)],
    },
    ...(requests
      ? [
          {
            id: 'requests',
            name: 'Requests',
            title: 'Requests, instruction by instruction',
            lead: `${whole(requests.count)} GETs of / on one open connection, once everything has reached its size: ${amount(Math.round(requests.flame.root.total / requests.count), 'instructions')} each, from the frame that comes in to the answer on its way.`,
            content: [flameGraph(requests.flame)],
          },
        ]
      : []),
    {
      id: 'syscalls',
      name: 'Calls',
      title: 'System calls',
      lead: 'All that the image can be asked for: who answers, and which lines of the app lead there.',
      content: [syscallTable(syscalls, (component) => why.show(`component:${component}`))],
    },
    {
      id: 'history',
      name: 'History',
      title: 'History',
      lead: history.length > 0 ? 'Across saved runs, from the oldest to the newest.' : '',
      content:
        history.length > 0
          ? [historyCharts(history)]
          : [
              missing({
                kind: 'missing',
                why: 'No run of this app has been saved yet.',
                how: 'azbuild bench --save keeps the figures of this build in bench.json beside the app.',
              }),
            ],
    },
  ]
}

function missing({ why, how }: Missing): HTMLElement {
  return element('div', { class: 'missing' }, element('p', {}, why), element('p', {}, how))
}

function byId(id: string): HTMLElement {
  return document.getElementById(id)!
}

draw(JSON.parse(byId('data').textContent!) as ReportDocument)
