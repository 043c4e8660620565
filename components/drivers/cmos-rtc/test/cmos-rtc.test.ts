import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('the date from the RTC', () => runHostTests(new URL('./cmos-rtc.test.c', import.meta.url)))
