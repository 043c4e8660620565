import { absolute } from '../app/index.ts'
import { ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { attributeSizes, parseLinkMap, readImage, type Owner, type SizeReport } from '../link/index.ts'
import type { Context } from './context.ts'
import { storedRecord } from './freshness.ts'
import type { BuildRecord } from './request.ts'

/** Every byte of a built image, given to its owner. */
export function measureSizes(host: Host, record: BuildRecord): Result<SizeReport> {
  const stripped = readImage(host.readBytes(record.image)!, record.image)
  if (!stripped.ok) return stripped
  const unstripped = readImage(host.readBytes(record.symbols)!, record.symbols)
  if (!unstripped.ok) return unstripped
  const map = parseLinkMap(host.readText(record.map)!, record.map)
  if (!map.ok) return map
  const readFile = (path: string): Uint8Array | undefined => host.readBytes(absolute(record.workspace, path))
  const ownerOf = (object: string): Owner => ownerOfObject(record, object)
  return ok(
    attributeSizes({
      stripped: stripped.value,
      unstripped: unstripped.value,
      map: map.value,
      ownerOf,
      readFile,
    }),
  )
}

/** Who owns the code or data at an address of a built image; undefined outside it, or when the link map is gone. */
export function ownerFinder(host: Host, record: BuildRecord): (address: bigint) => Owner | undefined {
  const text = host.readText(record.map)
  const map = text === undefined ? undefined : parseLinkMap(text, record.map)
  return (address) => {
    const placed = map?.ok
      ? map.value.placed.find((one) => address >= one.address && address < one.address + BigInt(one.size))
      : undefined
    return placed === undefined || placed.object.startsWith('<')
      ? undefined
      : ownerOfObject(record, placed.object)
  }
}

/** Whose an object file is, by where the plan put it. */
export function ownerOfObject({ name, arch }: Pick<BuildRecord, 'name' | 'arch'>, object: string): Owner {
  const below = object.split(`out/${name}/${arch}/obj/`)[1]
  if (below === undefined) {
    return object.includes('libc.a(') ? { kind: 'libc', name: 'libc' } : { kind: 'app', name: 'app' }
  }
  if (below.startsWith('app/')) return { kind: 'app', name: 'app' }
  return {
    kind: 'component',
    name: below.startsWith('generated/') ? 'generated' : below.slice(0, below.lastIndexOf('/')),
  }
}

/** The sizes of the last image built, when there is one. */
export function lastSizes(host: Host, { app, layout }: Context): SizeReport | undefined {
  const record = storedRecord(host, `${app.workspace}/${layout.out}/build.json`)
  const sizes =
    record && host.info(record.image) && host.info(record.symbols) ? measureSizes(host, record) : undefined
  return sizes?.ok ? sizes.value : undefined
}
