import type { Host } from '../host/index.ts'

/** Finds the folder of an installed npm package, or nothing: the way Node itself would from this file. */
export type PackageFolder = (name: string) => string | undefined

/** Looks in the node_modules folders that Node would search. */
export function packageFolderOf(host: Host): PackageFolder {
  return (name) => {
    try {
      const path = decodeURIComponent(new URL(import.meta.resolve(`${name}/package.json`)).pathname)
      const file = host.platform === 'win32' ? path.slice(1) : path
      return host.info(file) ? file.slice(0, -'/package.json'.length) : undefined
    } catch {
      return undefined // Node reports an absent package by throwing
    }
  }
}
