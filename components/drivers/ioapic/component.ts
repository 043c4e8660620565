import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'drivers/ioapic',
  title: 'I/O APIC: interrupt lines of machines without 8259s',
  status: 'experimental',
  provides: ['irq.controller'],
  needs: ['irq', 'lapic', 'acpi', 'arch', 'mm.heap'],
  init: { level: 'irq', call: 'az_ioapic_init' },
  irqSafe: ['dispatch.c'],
  budget: { text: 2048, data: 96 },
})
