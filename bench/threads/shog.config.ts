import { defineConfig } from 'azbuild'

export default defineConfig({ include: ['../include'] })
