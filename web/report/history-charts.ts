import type { HistoryOfArch, Series } from '../../compiler/report/document.ts'
import { drawing, element } from '../view/dom.ts'
import { amount, runnerNames, whole } from '../view/format.ts'
import { tooltips } from '../view/tooltip.ts'

const width = 320
const height = 120
const margin = { left: 8, right: 8, top: 12, bottom: 12 }

/** A line for each figure, from the oldest saved run to the newest. */
export function historyCharts(histories: readonly HistoryOfArch[]): HTMLElement {
  return element(
    'div',
    {},
    ...histories.map(({ arch, runner, labels, series }) =>
      element(
        'section',
        { class: 'arch', 'aria-label': arch },
        element(
          'h3',
          {},
          arch,
          element(
            'small',
            {},
            `${whole(labels.length)} ${labels.length === 1 ? 'run' : 'runs'}, counted on ${runnerNames[runner] ?? runner}`,
          ),
        ),
        element('div', { class: 'charts' }, ...series.map((one) => chart(one, labels))),
      ),
    ),
  )
}

function chart({ label, unit, values }: Series, labels: readonly string[]): HTMLElement {
  const known = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]))
  const last = known.at(-1)!
  const before = known.at(-2)
  const lowest = Math.min(...known.map(({ value }) => value))
  const highest = Math.max(...known.map(({ value }) => value))
  const x = (index: number): number =>
    values.length === 1
      ? width / 2
      : margin.left + (index * (width - margin.left - margin.right)) / (values.length - 1)
  const y = (value: number): number =>
    highest === lowest
      ? height / 2
      : margin.top + ((highest - value) * (height - margin.top - margin.bottom)) / (highest - lowest)
  const line = known
    .map(({ value, index }, at) => `${at === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`)
    .join('')
  const points = known.map(({ value, index }) =>
    drawing('circle', {
      cx: x(index).toFixed(1),
      cy: y(value).toFixed(1),
      r: index === last.index ? 4 : 3,
      class: index === last.index ? 'point last' : 'point',
      tabindex: 0,
      role: 'img',
      'aria-label': `${nameOf(labels[index], index)}: ${amount(value, unit)}`,
    }),
  )
  const picture = drawing(
    'svg',
    {
      viewBox: `0 0 ${width} ${height}`,
      class: 'chart',
      role: 'group',
      'aria-label': `${label} across runs`,
    },
    drawing('path', { d: line, class: 'trend' }),
    ...points,
  )
  tooltips(picture, (target) => {
    const index = points.indexOf(target as SVGCircleElement)
    const point = known[index]
    if (!point) return undefined
    const earlier = known[index - 1]
    return [
      amount(point.value, unit),
      nameOf(labels[point.index], point.index),
      ...(earlier ? [change(point.value - earlier.value, earlier.value)] : []),
    ]
  })
  return element(
    'figure',
    { class: 'card' },
    element(
      'figcaption',
      {},
      element('span', { class: 'label' }, label),
      element('b', {}, amount(last.value, unit)),
    ),
    picture,
    element(
      'p',
      { class: 'from' },
      before ? change(last.value - before.value, before.value) : 'the first run',
      highest === lowest ? '' : ` · ${whole(lowest)} to ${whole(highest)}`,
    ),
  )
}

const nameOf = (label: string | undefined, index: number): string => (label ? label : `run ${index + 1}`)

function change(by: number, from: number): string {
  if (by === 0) return 'unchanged'
  const share = from === 0 ? '' : ` (${by > 0 ? '+' : '−'}${((Math.abs(by) * 100) / from).toFixed(2)} %)`
  return `${by > 0 ? '+' : '−'}${whole(Math.abs(by))}${share} since the run before`
}
