import { defineConfig } from 'azbuild'

// The kernel's own headers beside libc's: this app asks the kernel what it holds.
export default defineConfig({ include: ['../../../components/api/include'] })
