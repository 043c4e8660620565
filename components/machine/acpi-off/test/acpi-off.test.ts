import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

const include = [new URL('../src', import.meta.url).pathname]
test('power off through ACPI', () => runHostTests(new URL('./acpi-off.test.c', import.meta.url), { include }))
test('S5 in the DSDT', () => runHostTests(new URL('./sleep-type.test.c', import.meta.url), { include }))
