import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'drivers/ioapic',
  title: 'I/O APIC: interrupt inputs beyond the 8259 pair',
  status: 'stable',
  provides: ['irq.controller', 'ioapic'],
  needs: ['irq', 'lapic', 'acpi', 'arch', 'mm.heap'],
  init: { level: 'irq', call: 'az_ioapic_init' },
  irqSafe: ['dispatch.c'],
  budget: { text: 2048, data: 96 },
})
