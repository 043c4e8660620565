import type { ConfigCache } from '../app/index.ts'
import type { ManifestCache } from '../component/index.ts'
import type { Host } from '../host/index.ts'

/** What was read and evaluated before, by content. Losing it costs time only. */
export interface Caches {
  readonly manifests: ManifestCache
  readonly configs: ConfigCache
}

/** The caches kept in `file`; empty ones when there are none or they are of another version. */
export function readCaches(host: Host, file: string, version: string): Caches {
  try {
    const stored = JSON.parse(host.readText(file) ?? 'null') as (Caches & { version?: string }) | null
    if (stored?.version === version) return { manifests: stored.manifests, configs: stored.configs }
  } catch {
    // damaged: start over
  }
  return { manifests: {}, configs: {} }
}

export function writeCaches(host: Host, file: string, version: string, caches: Caches): void {
  host.write(file, JSON.stringify({ version, ...caches }))
}
