import { invariant } from '../diag/index.ts'
import type { PageParts } from './render-page.ts'

/** What of a `Host` it takes; not the type itself, which a page in the browser has no use for. */
interface Package {
  readonly packageFolder: string
  readonly readText: (path: string) => string | undefined
}

/** The parts of a page as the build left them in the package: `dist/web/<page>/`. */
export function loadPageParts(host: Package, page: string): PageParts {
  const part = (name: string): string => {
    const text = host.readText(`${host.packageFolder}/dist/web/${page}/${name}`)
    invariant(text !== undefined, `dist/web/${page}/${name} is part of the package`)
    return text
  }
  return {
    html: part('index.html'),
    style: part('style.css'),
    script: part('main.js'),
    licences: part('LICENCES.txt'),
  }
}
