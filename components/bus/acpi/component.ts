import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'bus/acpi',
  title: "ACPI's static tables",
  status: 'stable',
  provides: ['acpi'],
  budget: { text: 1024, bss: 64 },
})
