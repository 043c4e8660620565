import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'bus/pci',
  title: 'PCI',
  status: 'stable',
  provides: ['bus.pci'],
  needs: ['irq'],
  init: { level: 'bus', call: 'az_pci_init' },
  budget: { text: 3072, bss: 64 },
})
