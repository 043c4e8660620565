/** A file, folder or device in an initramfs. Paths are relative to its root, without a leading slash. */
export type CpioEntry =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly content: Uint8Array }
  | { readonly kind: 'device'; readonly path: string; readonly major: number; readonly minor: number }

/** File types of `st_mode`. */
const S_IFREG = 0o100000
const S_IFDIR = 0o040000
const S_IFCHR = 0o020000
const endName = 'TRAILER!!!'
/** Each header and each content begins at a multiple of this. */
const alignment = 4

/**
 * An archive in the "newc" format of cpio, as the Linux kernel unpacks it (Documentation/driver-api/early-userspace/buffer-format.rst).
 * Entries keep their order, which must have a folder before what is in it; owner and times are 0, so that equal entries give equal bytes.
 */
export function renderCpio(entries: readonly CpioEntry[]): Uint8Array {
  const pieces: Uint8Array[] = []
  let length = 0
  const add = (bytes: Uint8Array): void => {
    pieces.push(bytes, new Uint8Array(-bytes.length & (alignment - 1)))
    length += bytes.length + (-bytes.length & (alignment - 1))
  }
  entries.forEach((entry, index) => {
    add(renderHeader(entry, index + 1))
    if (entry.kind === 'file') add(entry.content)
  })
  add(renderHeader({ kind: 'end' }, 0))
  const archive = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    archive.set(piece, at)
    at += piece.length
  }
  return archive
}

/** Magic and thirteen numbers of eight hexadecimal digits, then the name and a NUL. */
function renderHeader(entry: CpioEntry | { readonly kind: 'end' }, inode: number): Uint8Array {
  const name = entry.kind === 'end' ? endName : entry.path
  const encoded = new TextEncoder().encode(`${name}\0`)
  const device = entry.kind === 'device' ? [entry.major, entry.minor] : [0, 0]
  const size = entry.kind === 'file' ? entry.content.length : 0
  const links = entry.kind === 'folder' ? 2 : 1
  const fields = [inode, modeOf(entry), 0, 0, links, 0, size, 0, 0, ...device, encoded.length, 0]
  const digits = fields.map((field) => field.toString(16).toUpperCase().padStart(8, '0')).join('')
  const head = new TextEncoder().encode(`070701${digits}`)
  const header = new Uint8Array(head.length + encoded.length)
  header.set(head)
  header.set(encoded, head.length)
  return header
}

function modeOf(entry: CpioEntry | { readonly kind: 'end' }): number {
  switch (entry.kind) {
    case 'folder':
      return S_IFDIR | 0o755
    case 'file':
      return S_IFREG | entry.mode
    case 'device':
      return S_IFCHR | 0o600
    case 'end':
      return 0
  }
}
