import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('drivers/virtio-net, with devices honest and hostile', () =>
  runHostTests(new URL('./virtio-net.test.c', import.meta.url)))
