import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

const config = Object.fromEntries(['kill'].map((name) => [`SYS_${name}`, 1]))

test('pending, delivered, masked, queued, waited for', () =>
  runHostTests(new URL('./signal.test.c', import.meta.url), { config }))
