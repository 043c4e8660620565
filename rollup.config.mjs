import { existsSync, readdirSync, readFileSync } from 'node:fs'
import commonjs from '@rollup/plugin-commonjs'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import esbuild from 'rollup-plugin-esbuild'

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
const external = new RegExp(`^(node:|(${Object.keys(dependencies).join('|')})(/|$))`)

/** The command, what configurations import, and the worker that v86 runs in; commands load what they need when they need it. */
const command = {
  input: {
    cli: 'compiler/cli/main.ts',
    index: 'compiler/api.ts',
    'v86-worker': 'compiler/run/v86/worker.ts',
  },
  output: { dir: 'dist', format: 'esm', chunkFileNames: 'chunk-[name].js', sourcemap: true },
  external: (id) => external.test(id),
  plugins: [esbuild({ target: 'node20' })],
}

/** The kernel's `conf`, which has to start fast: one file, nothing of azbuild in it. */
const conf = {
  input: 'kconfig/conf/cli.ts',
  output: { file: 'dist/conf.js', format: 'esm', sourcemap: true },
  external: /^node:/,
  plugins: [esbuild({ target: 'node20' })],
}

/** web/<page>/: its scripts become one file each, everything they import inside; its HTML and CSS lie beside them as they are. */
const web = new URL('web/', import.meta.url)
const pages = existsSync(web)
  ? readdirSync(web, { withFileTypes: true })
      .filter((item) => item.isDirectory())
      .flatMap(({ name: page }) => {
        const files = readdirSync(new URL(page, web))
        const scripts = files.filter((name) => /^(main|service-worker|worker)\.ts$/.test(name))
        return scripts.map((script, index) => ({
          input: `web/${page}/${script}`,
          output: { file: `dist/web/${page}/${script.replace(/\.ts$/, '.js')}`, format: 'iife' },
          plugins: [
            nodeResolve({ browser: true }),
            commonjs(),
            esbuild({ target: 'es2022', minify: true, tsconfig: 'web/tsconfig.json' }),
            index === 0 && copies(page, files),
            index === 0 && licences(),
          ],
        }))
      })
  : []

function copies(page, files) {
  return {
    name: 'copies',
    generateBundle() {
      for (const name of files.filter((file) => /\.(html|css)$/.test(file)))
        this.emitFile({
          type: 'asset',
          fileName: name,
          source: withImports(new URL(`${page}/${name}`, web)),
        })
    },
  }
}

/** A page's HTML or sheet with each `@import '...'` replaced by what it names: a sheet beside it, or one of a package. */
function withImports(file) {
  return readFileSync(file, 'utf8').replace(/^@import '([^']*\.css)';$/gm, (_, name) =>
    withImports(
      name.startsWith('.') ? new URL(name, file) : new URL(`node_modules/${name}`, import.meta.url),
    ),
  )
}

/** LICENCES.txt beside a page: the licence of every package that its scripts hold. */
function licences() {
  return {
    name: 'licences',
    generateBundle(_, bundle) {
      const folders = new Set(
        Object.values(bundle).flatMap(({ modules = {} }) =>
          Object.keys(modules).flatMap(
            (id) => /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[0] ?? [],
          ),
        ),
      )
      const texts = [...folders].sort().map((folder) => {
        const { name, version } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'))
        const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry))
        if (file === undefined) this.error(`${name} is bundled and has no licence file`)
        return `${name} ${version}\n\n${readFileSync(folder + file, 'utf8').trim()}\n`
      })
      if (texts.length > 0)
        this.emitFile({ type: 'asset', fileName: 'LICENCES.txt', source: texts.join('\n\n') })
    },
  }
}

export default [command, conf, ...pages]
