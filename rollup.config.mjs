import { readFileSync } from 'node:fs'
import esbuild from 'rollup-plugin-esbuild'

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
const external = new RegExp(`^(node:|(${Object.keys(dependencies).join('|')})(/|$))`)

/** The command, what configurations import, and the worker that v86 runs in; commands load what they need when they need it. */
export default {
  input: {
    cli: 'compiler/cli/main.ts',
    index: 'compiler/api.ts',
    'v86-worker': 'compiler/run/v86/worker.ts',
  },
  output: { dir: 'dist', format: 'esm', chunkFileNames: 'chunk-[name].js', sourcemap: true },
  external: (id) => external.test(id),
  plugins: [esbuild({ target: 'node20' })],
}
