import { expect, test } from 'vitest'
import type { Demand, ReasonStep } from '../analyze/index.ts'
import { whyGraph, type WhyComponent, type WhyInput } from './why-graph.ts'

const step = (line: number, from: string, to: string, file = 'app/main.c'): ReasonStep => ({
  from,
  to,
  span: { file, line },
  kind: 'call',
})
const demand: Demand = {
  syscalls: [
    { name: 'exit_group', because: [step(9, 'start', 'az_sys_exit_group', 'libc/start.c')] },
    {
      name: 'socket',
      because: [step(7, 'main', 'socket'), step(2, 'socket', 'az_sys_socket', 'libc/socket.c')],
    },
    { name: 'uname', because: [step(8, 'main', 'az_sys_uname')] },
  ],
  features: [{ name: 'libc.malloc', because: [step(5, 'main', 'malloc')] }],
  undecided: [{ name: 'syscall', because: [step(6, 'main', 'syscall')] }],
  unresolved: [],
}
const appSteps: Readonly<Record<string, readonly ReasonStep[]>> = {
  socket: [1, 2, 3, 4, 5, 7].map((line) => step(line, 'main', 'socket')),
  uname: [step(8, 'main', 'az_sys_uname')],
  'libc.malloc': [step(5, 'main', 'malloc')],
  syscall: [step(6, 'main', 'syscall')],
}
const component = (name: string, more: Partial<WhyComponent>): WhyComponent => ({
  name,
  title: name.toUpperCase(),
  because: [],
  bytes: 1,
  ...more,
})
const socketChain = ['app/main.c:7 main calls socket', 'libc/socket.c:2 socket calls az_sys_socket']
const components = [
  component('console', {
    provides: ['console'],
    because: ['every image needs "console"', 'console provides "console"'],
  }),
  component('boot/pvh', { because: ['every x86_64 image starts through boot/pvh'] }),
  component('net/sockets', {
    syscalls: { socket: 'az_sys_socket' },
    needs: ['net.family', 'mm.heap'],
    because: [...socketChain, 'net/sockets implements socket()'],
  }),
  component('net/tcp', {
    provides: ['net.family'],
    needs: ['mm.heap'],
    needsFor: { 'net.loopback': ['socket', 'sendto'] },
    because: [
      ...socketChain,
      'net/sockets implements socket()',
      'net/sockets needs "net.family"',
      'net/tcp provides "net.family"',
    ],
  }),
  component('net/loopback', {
    provides: ['net.loopback'],
    because: [
      ...socketChain,
      'net/tcp needs "net.loopback" for socket()',
      'net/loopback provides "net.loopback"',
    ],
  }),
  component('mm/heap', {
    provides: ['mm.heap'],
    because: [
      'app/main.c:5 main calls malloc',
      'libc/malloc provides "libc.malloc"',
      'libc/malloc needs "mm.heap"',
      'mm/heap provides "mm.heap"',
    ],
  }),
  component('libc/malloc', {
    provides: ['libc.malloc'],
    needs: ['mm.heap'],
    because: ['app/main.c:5 main calls malloc', 'libc/malloc provides "libc.malloc"'],
  }),
  component('libc/dynamic', {
    provides: ['libc.dynamic'],
    because: ['app/main.c:6 main calls syscall', 'libc/dynamic provides "libc.dynamic"'],
  }),
  component('posix/process', {
    syscalls: { exit_group: 'a', getpid: 'b' },
    because: ['libc/start.c:9 start calls az_sys_exit_group', 'posix/process implements exit_group()'],
  }),
  component('testing/mark', { because: ['TESTING_MARK=y in .config'] }),
]
const input: WhyInput = {
  demand,
  components,
  declared: { uname: 'fake' },
  dynamicSyscalls: ['getpid'],
  appStepsTo: (name) => appSteps[name] ?? [],
}
const graph = whyGraph(input)
const node = (id: string) => graph.nodes.find((one) => one.id === id)
const chain = (id: string): readonly string[] => {
  const parent = node(id)?.parent
  return parent === undefined ? [id] : [...chain(parent), id]
}

test('the parent of a component is the cause that azbuild why names', () => {
  expect(chain('component:net/tcp')).toEqual([
    'line:app/main.c:7',
    'syscall:socket',
    'component:net/sockets',
    'component:net/tcp',
  ])
  expect(chain('component:net/loopback').at(-2)).toBe('component:net/tcp')
  // net/sockets and net/tcp need it too: the nearest reason counts.
  expect(chain('component:mm/heap')).toEqual([
    'line:app/main.c:5',
    'feature:libc.malloc',
    'component:libc/malloc',
    'component:mm/heap',
  ])
  expect(chain('component:libc/dynamic')).toEqual([
    'line:app/main.c:6',
    'feature:libc.dynamic',
    'component:libc/dynamic',
  ])
  expect(chain('component:console')).toEqual(['given:every', 'component:console'])
  expect(chain('component:boot/pvh')).toEqual(['given:every', 'component:boot/pvh'])
  expect(chain('component:testing/mark')).toEqual([
    'given:TESTING_MARK=y in .config',
    'component:testing/mark',
  ])
  expect(chain('component:posix/process')).toEqual([
    'given:start',
    'syscall:exit_group',
    'component:posix/process',
  ])
  expect(chain('syscall:getpid')).toEqual(['given:shog.config.ts', 'syscall:getpid'])
})

test('edges are all the reasons there are, each once, and lead from a lower layer to what they explain', () => {
  const into = (id: string) =>
    graph.edges.filter(({ to }) => to === id).map(({ from, label }) => `${from} ${label}`)
  expect(into('component:mm/heap').sort()).toEqual([
    'component:libc/malloc needs "mm.heap"',
    'component:net/sockets needs "mm.heap"',
    'component:net/tcp needs "mm.heap"',
  ])
  expect(into('component:net/loopback')).toEqual(['component:net/tcp needs "net.loopback" for socket()'])
  expect(into('component:posix/process')).toEqual([
    'syscall:exit_group is implemented by',
    'syscall:getpid is implemented by',
  ])
  expect(into('syscall:uname')).toEqual(['line:app/main.c:8 calls az_sys_uname'])
  // What the configuration answers leads to no component.
  expect(graph.edges.filter(({ from }) => from === 'syscall:uname')).toEqual([])
  expect(node('syscall:uname')?.title).toBe('declared a fake')
  for (const one of graph.nodes)
    if (one.parent !== undefined) expect(node(one.parent)!.layer, one.id).toBeLessThan(one.layer)
  expect(
    graph.nodes.filter(({ layer }) => layer === 0).every(({ kind }) => kind === 'line' || kind === 'given'),
  ).toBe(true)
})

test('of many lines a few are shown, the one on the shortest chain always', () => {
  const lines = graph.edges.filter(({ to }) => to === 'syscall:socket').map(({ from }) => from)
  expect(lines).toHaveLength(4)
  expect(lines[0]).toBe('line:app/main.c:7')
  expect(node('syscall:socket')).toMatchObject({ moreLines: 2 })
})

test('the order of components in the tree changes nothing', () => {
  const turned = whyGraph({ ...input, components: components.toReversed() })
  expect(turned.nodes).toEqual(graph.nodes)
})
