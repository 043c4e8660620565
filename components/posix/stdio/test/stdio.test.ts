import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

const config = Object.fromEntries(['read', 'write', 'poll', 'ioctl'].map((name) => [`SYS_${name}`, 1]))

test('standard input as a stream and as a terminal, standard output', () =>
  runHostTests(new URL('./stdio.test.c', import.meta.url), { config }))
