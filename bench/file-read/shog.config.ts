import { defineConfig } from 'azbuild'

export default defineConfig({ include: ['../include'], embed: { '/data': '../load/load.c' } })
