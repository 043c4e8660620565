import type { Host } from '../host/index.ts'

/**
 * Folders for what outlives a project, the preferred one first: `$AZBUILD_CACHE` alone when it is set, else the user's
 * cache folder as far as there is a home, the project's own `out/.cache`, and the machine's temporary folder.
 */
export function cacheFolders(host: Host): readonly string[] {
  const { env } = host
  if (env['AZBUILD_CACHE']) return [env['AZBUILD_CACHE']]
  const home = env['HOME'] ?? env['USERPROFILE']
  return [
    ...(env['XDG_CACHE_HOME'] ? [`${env['XDG_CACHE_HOME']}/azbuild`] : []),
    ...(home ? [`${home}/.cache/azbuild`] : []),
    `${host.cwd}/out/.cache`,
    `${env['TMPDIR'] ?? env['TEMP'] ?? '/tmp'}/azbuild-cache`,
  ]
}

/** Whether files can be made in a folder, which is made when it is absent. */
export function isWritable(host: Host, folder: string): boolean {
  const probe = `${folder}/.writable-${crypto.randomUUID()}`
  try {
    host.write(probe, '')
    host.remove(probe)
    return true
  } catch {
    return false // read-only, no right, or something else in the way: all the same here
  }
}

/** Removes everything azbuild has cached outside projects; returns the folders that were there. */
export function cleanCache(host: Host): readonly string[] {
  const present = cacheFolders(host).filter((folder) => host.info(folder) !== undefined)
  for (const folder of present) host.remove(folder)
  return present
}
