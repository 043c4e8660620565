/** What colours and legends tell apart. */
export const categories = ['app', 'libc', 'net', 'posix', 'memory', 'devices', 'core', 'file'] as const
export type Category = (typeof categories)[number]

/** The part of the kernel that an area of components/ belongs to; every other area is `core`. */
const categoryOfArea: Readonly<Record<string, Category>> = {
  libc: 'libc',
  net: 'net',
  posix: 'posix',
  fs: 'posix',
  mm: 'memory',
  drivers: 'devices',
  bus: 'devices',
  block: 'devices',
}

/** What a reader calls each category. */
export const categoryNames: Readonly<Record<Category, string>> = {
  app: 'app',
  libc: 'C library',
  net: 'network',
  posix: 'POSIX',
  memory: 'memory',
  devices: 'devices',
  core: 'core',
  file: 'file format',
}

/**
 * The category of an owner by name: `app`, `libc`, a component such as `net/tcp`; in call trees also `image` for their root and
 * `outside` for code of the firmware.
 */
export function categoryOfName(name: string): Category {
  if (name === 'app') return 'app'
  if (name === 'image' || name === 'outside') return 'file'
  return categoryOfArea[name.split('/')[0] as string] ?? 'core'
}
