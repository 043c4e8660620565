import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

const config = Object.fromEntries(['read', 'write', 'epoll_ctl'].map((name) => [`SYS_${name}`, 1]))

test('epoll, eventfd, timerfd and pipes together', () =>
  runHostTests(new URL('./events.test.c', import.meta.url), { config }))
