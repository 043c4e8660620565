import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('PCI functions, bridges, BARs and interrupts', () =>
  runHostTests(new URL('./pci.test.c', import.meta.url)))
