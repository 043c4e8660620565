import type { BuildRecord } from '../build/index.ts'
import type { Host } from '../host/index.ts'
import { v86Folder } from '../run/index.ts'
import { packageFolderOf, zigPlatformPackage } from '../toolchain/index.ts'

/** NOTICE.txt: what is in a folder of the player, and under whose licence, each in full. */
export function renderNotice(host: Host, record: BuildRecord): string {
  const own = host.readText(`${host.packageFolder}/LICENSE`) ?? ''
  const v86 = host.readText(`${v86Folder()}/../LICENSE`) ?? ''
  const bundled = host.readText(`${host.packageFolder}/dist/web/play/LICENCES.txt`) ?? ''
  const zig = packageFolderOf(host)(zigPlatformPackage(host))
  const musl = (zig && host.readText(`${zig}/lib/libc/musl/COPYRIGHT`)) ?? ''
  const parts: readonly (readonly [string, string])[] = [
    [
      'main.js, worker.js, service-worker.js, index.html, main.css; the kernel in image.elf: azbuild, MIT',
      own,
    ],
    ['Bundled into main.js and main.css', bundled],
    ['v86/libv86.mjs, v86/v86.wasm: v86, BSD-2-Clause', v86],
    [`The C library in image.elf: musl, MIT (or see https://musl.libc.org)`, musl],
  ]
  const head = `image.elf holds the app ${record.name}, whose licence is its author's. The rest:\n`
  const line = '-'.repeat(100)
  return [head, ...parts.map(([title, text]) => `${line}\n${title}\n\n${text.trim()}\n`)].join('\n')
}
