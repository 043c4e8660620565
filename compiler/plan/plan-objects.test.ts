import { expect, test } from 'vitest'
import type { App } from '../app/index.ts'
import { layoutOf, planApp, planComponent } from './index.ts'

const layout = layoutOf('web', 'i386')
const relative = (path: string): string => path.replace(/^\/ws\//, '')
const app = {
  folder: '/ws/web',
  sources: ['/ws/web/main.c', '/ws/web/sub/x.c', '/ws/web/x.c', '/ws/common/x.c'],
  includes: ['/ws/web', '/ws/web/include'],
  config: { defines: { A: true, B: 2, C: '"c"' }, cflags: ['-O2'] },
} as unknown as App

test('layout: everything of an image below out/<image>/<arch>', () => {
  expect(new Set(Object.values(layout).map((path) => path.startsWith('out/web/i386')))).toEqual(
    new Set([true]),
  )
})

test("the app's edges: flags in the order that lets the user win, object names that cannot collide", () => {
  const edges = planApp(app, layout, relative)
  expect(edges.map(({ source, object }) => [source, object])).toEqual([
    ['web/main.c', 'out/web/i386/obj/app/main.o'],
    ['web/sub/x.c', 'out/web/i386/obj/app/sub/x.o'],
    ['web/x.c', 'out/web/i386/obj/app/x.o'],
    ['common/x.c', 'out/web/i386/obj/app/outside/ws/common/x.o'],
  ])
  expect(edges[0]).toMatchObject({
    flagSet: 'app',
    owner: { kind: 'app' },
    flags: ['-Iweb', '-Iweb/include', '-DA=1', '-DB=2', '-DC="c"', '-O2'],
  })
})

test("a component's edges: sources with a condition only when it holds, interrupt-safe ones with their own flags", () => {
  const source = (name: string, more = {}) => ({
    path: `/ws/components/d/x/src/${name}`,
    name,
    irqSafe: false,
    ...more,
  })
  const component = {
    name: 'd/x',
    folder: '/ws/components/d/x',
    sources: [
      source('a.c'),
      source('a.S'),
      source('many.c', { condition: 'MANY' }),
      source('irq.c', { irqSafe: true }),
    ],
  }
  const objects = (on: boolean) =>
    planComponent(component, layout, relative, () => on).map(({ object, flagSet }) => [object, flagSet])
  const at = 'out/web/i386/obj/d/x'
  expect(objects(false)).toEqual([
    [`${at}/a.c.o`, 'kernel'],
    [`${at}/a.S.o`, 'kernel'],
    [`${at}/irq.o`, 'irqSafe'],
  ])
  expect(objects(true)).toContainEqual([`${at}/many.o`, 'kernel'])
  expect(planComponent(component, layout, relative, () => true)[0]).toMatchObject({
    owner: { kind: 'component', name: 'd/x' },
    flags: ['-Iout/web/i386/gen/d/x', '-Icomponents/d/x/include', '-Icomponents/d/x/src'],
  })
})
