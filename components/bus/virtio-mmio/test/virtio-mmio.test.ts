import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('virtio without a bus: described, found, driven', () =>
  runHostTests(new URL('./virtio-mmio.test.c', import.meta.url), { config: { LOG: 1 } }))
