import { digest, type Host } from '../host/index.ts'
import type { BuildRecord } from './request.ts'

/** A build's result with everything it came from: equal inputs mean that there is nothing to do. */
export interface StoredBuild {
  readonly key: string
  readonly inputs: readonly StoredInput[]
  readonly record: BuildRecord
}

/** A file by size and time, or a folder by the names in it. */
type StoredInput = readonly [path: string, state: string]

/** What tells a path's present content from another: cheap to ask, changed by every write. */
export function stateOf(host: Host, path: string): string {
  const info = host.info(path)
  if (!info) return 'absent'
  return info.kind === 'folder'
    ? `folder ${digest((host.list(path) ?? []).join('\n'))}`
    : `${info.bytes} ${info.modifiedMs}`
}

/** The stored build when nothing it came from has changed. */
export function freshBuild(host: Host, file: string, key: string): BuildRecord | undefined {
  const stored = readStored(host, file)
  if (stored?.key !== key) return undefined
  const fresh = stored.inputs.every(([path, state]) => stateOf(host, path) === state)
  return fresh ? stored.record : undefined
}

/** The record of the last build, fresh or not. */
export function storedRecord(host: Host, file: string): BuildRecord | undefined {
  return readStored(host, file)?.record
}

function readStored(host: Host, file: string): StoredBuild | undefined {
  try {
    return JSON.parse(host.readText(file) ?? 'null') ?? undefined
  } catch {
    return undefined // a damaged note of what was built costs a build, no more
  }
}

/** Stores a build's result; `paths` are everything it read, in any order. */
export function storeBuild(
  host: Host,
  file: string,
  key: string,
  paths: Iterable<string>,
  record: BuildRecord,
): void {
  const inputs = [...new Set(paths)].sort().map((path): StoredInput => [path, stateOf(host, path)])
  const stored: StoredBuild = { key, inputs, record }
  host.write(file, JSON.stringify(stored))
}
