import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'bus/acpi',
  title: "ACPI's static tables",
  status: 'stable',
  provides: ['acpi'],
})
