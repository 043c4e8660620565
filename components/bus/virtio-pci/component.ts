import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'bus/virtio-pci',
  title: 'Virtio over PCI',
  status: 'stable',
  provides: ['bus.virtio'],
  preferred: true,
  needs: ['virtio', 'bus.pci', 'irq', 'mm.heap'],
  binds: {
    pci: {
      ids: [
        '1af4:1000',
        '1af4:1001',
        '1af4:1002',
        '1af4:1003',
        '1af4:1004',
        '1af4:1005',
        '1af4:1009',
        '1af4:1041',
        '1af4:1042',
        '1af4:1043',
        '1af4:1044',
        '1af4:1045',
        '1af4:1048',
        '1af4:1049',
        '1af4:1053',
        '1af4:105a',
      ],
      probe: 'az_virtio_pci_probe',
    },
  },
  irqSafe: ['interrupt.c'],
})
