import { defineConfig } from 'azbuild'

// test/apps/bytes with an address of its own (.config), in an output folder of its own.
export default defineConfig({ name: 'tap', sources: ['../apps/bytes/main.c'] })
