import * as fs from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Worker, WorkerOptions } from 'node:worker_threads'

/** Starts the worker's code: in the bundle a file beside this one, in a checkout `worker.ts`, bundled on the spot. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { Worker } = await import('node:worker_threads')
  const bundled = new URL('./v86-worker.js', import.meta.url)
  if (fs.existsSync(bundled)) return new Worker(bundled, options)
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(await bundleWorker())}`), options)
}

let source: Promise<string> | undefined

/** esbuild is a development dependency, as is everything that a checkout without `dist/` needs. */
function bundleWorker(): Promise<string> {
  source ??= import('esbuild').then(async ({ build }) => {
    const entry = fileURLToPath(new URL('./worker.ts', import.meta.url))
    const result = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      // A data: URL has no folder: what asks for its own place is told where the source lies.
      define: { 'import.meta.url': JSON.stringify(new URL('./worker.ts', import.meta.url).href) },
    })
    return result.outputFiles[0]!.text
  })
  return source
}
