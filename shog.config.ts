import { defineConfig } from 'azbuild'

export default defineConfig({
  images: {
    hello: { app: 'examples/hello' },
    'hello-http': { app: 'examples/hello-http' },
  },
  default: 'hello-http',
})
