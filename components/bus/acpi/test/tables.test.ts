import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('ACPI tables', () => runHostTests(new URL('./tables.test.c', import.meta.url)))
