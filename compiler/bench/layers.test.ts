import { expect, it } from 'vitest'
import type { CallNode } from '../trace/index.ts'
import { layerOfOwner, layerTotals, meansOf, syscallMeans } from './layers.ts'

const node = (
  name: string,
  owner: string,
  self: number,
  children: readonly CallNode[] = [],
  calls = 1,
): CallNode => ({
  name,
  owner,
  calls,
  selfInstructions: self,
  totalInstructions: children.reduce((sum, child) => sum + child.totalInstructions, self),
  children,
})

const tree = node('image', 'image', 0, [
  node('main', 'app', 10, [
    node(
      'az_sys_sendto',
      'posix/sockets',
      7,
      [node('az_tcp_send', 'net/tcp', 20), node('emit', 'net/ipv4', 5)],
      2,
    ),
  ]),
])

it('gives each owner its layer, the longest name deciding', () => {
  expect(
    ['net/tcp', 'net/ipv4', 'drivers/virtio-net', 'drivers/tsc', 'libc/malloc', 'app'].map(layerOfOwner),
  ).toEqual(['tcp', 'ip', 'driver', 'other', 'libc', 'app'])
})

it('adds up to the rounded mean of the sum', () => {
  const means = meansOf(layerTotals(tree), 4)
  expect(Object.values(means).reduce((a, b) => a + b, 0)).toBe(Math.round(42 / 4))
  expect(means).toMatchObject({ app: 3, sockets: 2, tcp: 5, ip: 1 })
})

it('counts system calls with what they call', () => {
  expect(syscallMeans(tree)).toEqual({ sendto: 16 })
})
