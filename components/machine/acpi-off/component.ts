import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'machine/acpi-off',
  title: 'Power off through ACPI',
  status: 'stable',
  provides: ['machine.power'],
  needs: ['arch', 'acpi', 'mm.pages'],
  budget: { text: 2048, data: 64 },
})
