import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

const include = [new URL('../src', import.meta.url).pathname]
test('drivers/virtio-rng', () => runHostTests(new URL('./virtio-rng.test.c', import.meta.url), { include }))
