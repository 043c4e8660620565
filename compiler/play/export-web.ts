import { absolute } from '../app/index.ts'
import { fail, ok } from '../diag/index.ts'
import type { Result } from '../diag/index.ts'
import { digest } from '../host/index.ts'
import type { Host } from '../host/index.ts'
import { folderInUse } from './diagnostics.ts'
import { renderReadme } from './readme.ts'
import type { SiteFile } from './site.ts'

/** What an export leaves behind, so that the next one knows the folder as its own. */
const marker = 'azbuild-export.json'

interface Marker {
  readonly kind: 'web'
  /** Every file with its digest. */
  readonly files: Readonly<Record<string, string>>
}

/**
 * Writes the player as static files. The folder must be new, empty or an earlier export with nothing else in it; the
 * new one is built beside it and takes its place whole.
 */
export function exportWeb(
  host: Host,
  folder: string,
  name: string,
  site: readonly SiteFile[],
): Result<readonly string[]> {
  const found = filesBelow(host, folder)
  const foreign = found === undefined ? [] : foreignFiles(host, folder, found)
  if (foreign.length > 0) return fail(folderInUse(folder, foreign))

  const readme = new TextEncoder().encode(renderReadme(name, site))
  const files = [...site, { path: 'README.md', bytes: readme }]
  const record: Marker = {
    kind: 'web',
    files: Object.fromEntries(files.map(({ path, bytes }) => [path, digest(bytes)])),
  }
  const base = absolute(host.cwd, folder)
  const [aside, old] = [`${base}.azbuild-new`, `${base}.azbuild-old`]
  host.remove(aside)
  host.remove(old)
  try {
    for (const { path, bytes } of files) host.write(`${aside}/${path}`, bytes)
    host.write(`${aside}/${marker}`, `${JSON.stringify(record, null, 2)}\n`)
    if (found !== undefined) host.rename(base, old)
    try {
      host.rename(aside, base)
    } catch (error) {
      if (found !== undefined) host.rename(old, base)
      throw error
    }
  } finally {
    host.remove(aside)
  }
  host.remove(old)
  return ok([...files.map(({ path }) => path), marker].sort())
}

/** What in a folder was not written by an export; all of it when there was none. */
function foreignFiles(host: Host, folder: string, found: readonly string[]): readonly string[] {
  const text = host.readText(`${folder}/${marker}`)
  let known = new Set<string>()
  try {
    const { kind, files } = JSON.parse(text ?? '{}') as Partial<Marker>
    if (kind === 'web') known = new Set([marker, ...Object.keys(files ?? {})])
  } catch {
    // not ours: then all of it is foreign
  }
  return found.filter((path) => !known.has(path))
}

/** Paths of everything below a folder that is no folder; undefined when there is none. A file in its place is named ".". */
function filesBelow(host: Host, folder: string): readonly string[] | undefined {
  const info = host.info(folder)
  if (info === undefined) return undefined
  if (info.kind !== 'folder') return ['.']
  return (host.list(folder) ?? []).flatMap((name) =>
    host.info(`${folder}/${name}`)?.kind === 'folder'
      ? (filesBelow(host, `${folder}/${name}`) ?? []).map((path) => `${name}/${path}`)
      : [name],
  )
}
