const decoder = new TextDecoder()

/**
 * Checked little-endian reads over bytes of unknown worth. A read that leaves the bytes gives 0 (or '') and
 * sets `overrun` for good, so that a parser may read a whole structure and ask once at its end.
 */
export class ByteView {
  readonly bytes: Uint8Array
  /** True once any read left the bytes, or met a 64-bit number that no file offset can be. */
  overrun = false
  readonly #data: DataView

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.#data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get length(): number {
    return this.bytes.length
  }

  /** True, without a mark, when `size` bytes at `at` lie inside. */
  holds(at: number, size: number): boolean {
    return at >= 0 && size >= 0 && at + size <= this.bytes.length
  }

  u8(at: number): number {
    return this.#inside(at, 1) ? this.#data.getUint8(at) : 0
  }

  i8(at: number): number {
    return this.#inside(at, 1) ? this.#data.getInt8(at) : 0
  }

  u16(at: number): number {
    return this.#inside(at, 2) ? this.#data.getUint16(at, true) : 0
  }

  u32(at: number): number {
    return this.#inside(at, 4) ? this.#data.getUint32(at, true) : 0
  }

  i32(at: number): number {
    return this.#inside(at, 4) ? this.#data.getInt32(at, true) : 0
  }

  /** Big-endian, as in the index of an archive. */
  u32be(at: number): number {
    return this.#inside(at, 4) ? this.#data.getUint32(at, false) : 0
  }

  u64(at: number): bigint {
    return this.#inside(at, 8) ? this.#data.getBigUint64(at, true) : 0n
  }

  i64(at: number): bigint {
    return this.#inside(at, 8) ? this.#data.getBigInt64(at, true) : 0n
  }

  /** A 64-bit offset or size. One too large to be exact is an overrun: no file is that long. */
  offset64(at: number): number {
    const value = this.u64(at)
    if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value)
    this.overrun = true
    return 0
  }

  /** The bytes [at, at + size), not copied. */
  slice(at: number, size: number): Uint8Array {
    return this.#inside(at, size) ? this.bytes.subarray(at, at + size) : new Uint8Array(0)
  }

  /** The text up to the next NUL, which must be there. */
  cString(at: number): string {
    if (!this.#inside(at, 1)) return ''
    const end = this.bytes.indexOf(0, at)
    if (end >= 0) return decoder.decode(this.bytes.subarray(at, end))
    this.overrun = true
    return ''
  }

  #inside(at: number, size: number): boolean {
    if (this.holds(at, size)) return true
    this.overrun = true
    return false
  }
}

/** Reads forward over a `ByteView`, in the encodings of DWARF. */
export class ByteCursor {
  readonly view: ByteView
  at: number

  constructor(view: ByteView, at = 0) {
    this.view = view
    this.at = at
  }

  u8(): number {
    return this.view.u8(this.#step(1))
  }

  i8(): number {
    return this.view.i8(this.#step(1))
  }

  u16(): number {
    return this.view.u16(this.#step(2))
  }

  u32(): number {
    return this.view.u32(this.#step(4))
  }

  offset64(): number {
    return this.view.offset64(this.#step(8))
  }

  /** An unsigned number of `size` bytes: 1, 2, 4 or 8; any other size is an overrun. */
  unsigned(size: number): bigint {
    const at = this.#step(size)
    if (size === 8) return this.view.u64(at)
    if (size === 4) return BigInt(this.view.u32(at))
    if (size === 2) return BigInt(this.view.u16(at))
    if (size === 1) return BigInt(this.view.u8(at))
    this.view.overrun = true
    return 0n
  }

  /** A ULEB128 number; what exceeds 2^53 loses its low bits, and nothing here counts so far. */
  uleb(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.u8()
      value += (byte & 0x7f) * scale
      scale *= 128
      if (byte < 0x80 || this.view.overrun)
        return Number.isSafeInteger(value) ? value : Number.MAX_SAFE_INTEGER
    }
  }

  /** An SLEB128 number, clamped to what a double holds exactly. */
  sleb(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.u8()
      value += (byte & 0x7f) * scale
      scale *= 128
      if (byte >= 0x80 && !this.view.overrun) continue
      if (byte & 0x40) value -= scale
      return Number.isSafeInteger(value) ? value : 0
    }
  }

  cString(): string {
    const end = this.view.bytes.indexOf(0, this.at)
    const text = this.view.cString(this.at)
    this.at = end < 0 ? this.view.length : end + 1
    return text
  }

  skip(size: number): void {
    const at = this.#step(size)
    if (!this.view.holds(at, size)) this.view.overrun = true
  }

  #step(size: number): number {
    const at = this.at
    this.at += size
    return at
  }
}
