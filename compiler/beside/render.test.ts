import { expect, it } from 'vitest'
import type { Comparison } from './compare.ts'
import { renderComparison } from './render.ts'
import { countedRow, rateRow, timeRow } from './row.ts'

const comparison: Comparison = {
  version: 1,
  app: 'hello-http',
  linux: { kernel: '6.1.0-56-cloud-amd64', package: 'linux-image-cloud-amd64', commandLine: [] },
  machine: { runner: 'qemu', machine: 'q35', cpu: 'max', memoryBytes: 256 * 2 ** 20 },
  rounds: 3,
  rows: [
    countedRow({
      group: 'size',
      name: 'what the machine loads',
      unit: 'bytes',
      az: 90_040,
      linux: 14_710_596,
      exact: true,
      note: 'Linux: kernel 14,186,432, initramfs 524,164',
    }),
    countedRow({
      group: 'primitives',
      name: 'getpid',
      unit: 'instructions',
      az: 16,
      linux: 314,
      exact: true,
    }),
    countedRow({
      group: 'primitives',
      name: 'getpidTrap',
      unit: 'instructions',
      az: 95,
      linux: 314,
      exact: true,
    }),
    countedRow({
      group: 'primitives',
      name: 'stat',
      unit: 'instructions',
      az: 410.25,
      linux: 3200,
      exact: false,
    }),
    countedRow({
      group: 'primitives',
      name: 'processSwitch',
      unit: 'instructions',
      az: null,
      linux: 2800,
      exact: false,
      note: 'one process',
    }),
    rateRow('http', 'requests/s, 1 connection', [300, 280, 310], [100, 140, 100]),
    timeRow('http', 'latency p50, 1 connection', [10, 20, 10], [20, 20, 50]),
    timeRow('http', 'latency p99, 1 connection', [], []),
  ],
}

it('shows counts as counts and times as ratios', () => {
  expect(renderComparison(comparison)).toBe(
    `hello-http on az and on Linux 6.1.0-56-cloud-amd64, QEMU -M q35 -cpu max -m 256M
A ratio says how many times better az does: Linux / az for what is better small, az / Linux for what is better large.
Times are medians of 3 rounds that alternate, [least .. most]; "=" marks counts that two runs of each side gave alike.

Image
  what the machine loads  az 90,040  Linux 14,710,596  x 163  = Linux: kernel 14,186,432, initramfs 524,164

System calls and the like, instructions each
  getpid             az 16    Linux 314  x 19.6  =
  getpidTrap         az 95    Linux 314  x 3.31  =
  stat           az 410.25  Linux 3,200   x 7.8
  processSwitch     az n/a  Linux 2,800            one process

HTTP, from outside
  requests/s, 1 connection   x 3  [2 .. 3.1]  az/linux
  latency p50, 1 connection  x 2  [1 .. 5]  linux/az
  latency p99, 1 connection  n/a  linux/az

Azalea, Fig. 5: getpid, mean of 10,000 calls in a row, in instructions
  Linux              314  1
  trap door           95  x 3.31
  call door           16  x 19.6
`,
  )
})
