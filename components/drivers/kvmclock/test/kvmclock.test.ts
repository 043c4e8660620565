import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test("KVM's clock", () => runHostTests(new URL('./kvmclock.test.c', import.meta.url)))
