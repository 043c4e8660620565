import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('virtio devices and queues, honest and hostile', () =>
  runHostTests(new URL('./virtio.test.c', import.meta.url)))
