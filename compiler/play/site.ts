import type { BuildRecord } from '../build/index.ts'
import { fail, InvariantError, ok } from '../diag/index.ts'
import type { Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { loadImage, v86Folder, v86MemoryBytesMax } from '../run/index.ts'
import { tooMuchMemory } from './diagnostics.ts'
import { makeSymbolTable } from './make-symbol-table.ts'
import { renderNotice } from './notice.ts'
import type { MachineDescription, SymbolsFile } from './page/messages.ts'

/** A file of the player, by its path below the folder that is served. */
export interface SiteFile {
  readonly path: string
  readonly bytes: Uint8Array
}

export interface SiteOptions {
  readonly memoryBytes: number
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** Everything a browser needs to boot a built image; the same from `azbuild play` and in an export. */
export function makeSite(host: Host, record: BuildRecord, options: SiteOptions): Result<readonly SiteFile[]> {
  const { memoryBytes, args, env } = options
  if (memoryBytes > v86MemoryBytesMax)
    return fail(tooMuchMemory(Math.ceil(memoryBytes / 2 ** 20), v86MemoryBytesMax / 2 ** 20))
  const image = loadImage(record.image, 'i386', memoryBytes)
  if (!image.ok) return image
  const description: MachineDescription = {
    name: record.name,
    imageBytes: image.value.length,
    memoryBytes,
    net: record.net,
    args,
    env,
  }
  const symbols: SymbolsFile = makeSymbolTable(host, record) ?? null
  const v86 = v86Folder()
  const text = (path: string, content: string): SiteFile => ({
    path,
    bytes: new TextEncoder().encode(content),
  })
  return ok([
    ...pageFiles(host),
    { path: 'v86/libv86.mjs', bytes: read(host, `${v86}/libv86.mjs`) },
    { path: 'v86/v86.wasm', bytes: read(host, `${v86}/v86.wasm`) },
    { path: 'image.elf', bytes: image.value },
    text('machine.json', `${JSON.stringify(description, null, 2)}\n`),
    text('symbols.json', `${JSON.stringify(symbols)}\n`),
    text('NOTICE.txt', renderNotice(host, record)),
  ])
}

/** The page's own files, as they were bundled: its HTML, style sheet and scripts. */
function pageFiles(host: Host): readonly SiteFile[] {
  const folder = `${host.packageFolder}/dist/web/play`
  const names = ['index.html', 'main.css', 'main.js', 'service-worker.js', 'worker.js']
  return names.map((name) => ({ path: name, bytes: read(host, `${folder}/${name}`) }))
}

function read(host: Host, file: string): Uint8Array {
  const bytes = host.readBytes(file)
  if (bytes === undefined)
    throw new InvariantError(`${file} belongs to azbuild's installation and is not there`)
  return bytes
}
