/** Comparisons of values and the numbers in them, with C's rules (strtoll, strtoull, strcmp). */
import type { CompareOp, SymbolType, Tristate } from '../lang/model.ts'
import { NO, YES } from '../lang/model.ts'

const LONG_MAX = 2n ** 63n - 1n
const LONG_MIN = -(2n ** 63n)
const ULONG_SIZE = 2n ** 64n

export type Numeric = number | bigint

interface Parsed {
  readonly value: Numeric
  /** How much of the text was the number. */
  readonly length: number
}

/** strtoll: the number at the start of `text`. Base 0 goes by the prefix 0x or 0. */
function parseLong(text: string, base: 0 | 10 | 16): Parsed {
  let at = 0
  while (at < text.length && isSpace(text.charCodeAt(at))) at++
  const negative = text.charCodeAt(at) === 45
  if (negative || text.charCodeAt(at) === 43) at++
  let radix = base
  const hexPrefix =
    text.charCodeAt(at) === 48 &&
    (text.charCodeAt(at + 1) | 32) === 120 &&
    digitOf(text.charCodeAt(at + 2)) < 16
  if (hexPrefix && base !== 10) {
    at += 2
    radix = 16
  }
  const effective = radix !== 0 ? radix : text.charCodeAt(at) === 48 ? 8 : 10
  const start = at
  let value = 0
  for (; at < text.length; at++) {
    const digit = digitOf(text.charCodeAt(at))
    if (digit >= effective) break
    value = value * effective + digit
  }
  if (at === start) return { value: 0, length: 0 }
  if (value <= Number.MAX_SAFE_INTEGER) {
    return { value: negative ? -value : value, length: at }
  }
  const digits = text.slice(start, at)
  const prefix = effective === 16 ? '0x' : effective === 8 ? '0o' : ''
  // More digits than this are out of range anyway, and BigInt takes quadratic time.
  const exact = digits.length > 400 ? ULONG_SIZE ** 2n : BigInt(prefix + digits)
  return { value: negative ? -exact : exact, length: at }
}

/** The number at the start of a value, as strtoll clamps it; 0 when there is none. */
export function leadingNumber(text: string, base: 10 | 16): Numeric {
  const { value } = parseLong(text, base)
  if (typeof value === 'number') return value
  return value > LONG_MAX ? LONG_MAX : value < LONG_MIN ? LONG_MIN : value
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13)
}

function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const lower = code | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : 99
}

/** A number with its kind, or undefined for what only compares as text. */
function numberOf(text: string, type: SymbolType): { value: Numeric; unsigned: boolean } | undefined {
  if (type === 'bool' || type === 'tristate') {
    return { value: text === 'n' ? 0 : text === 'm' ? 1 : text === 'y' ? 2 : -1, unsigned: false }
  }
  const parsed = parseLong(text, type === 'int' ? 10 : type === 'hex' ? 16 : 0)
  if (parsed.length === 0 || parsed.length !== text.length) return undefined
  const { value } = parsed
  if (type === 'hex') {
    if (value >= ULONG_SIZE || value <= -ULONG_SIZE) return undefined
    return { value: value < 0 ? ULONG_SIZE + BigInt(value) : value, unsigned: true }
  }
  if (value > LONG_MAX || value < LONG_MIN) return undefined
  return { value, unsigned: false }
}

const asUnsigned = (value: Numeric): Numeric => (value < 0 ? ULONG_SIZE + BigInt(value) : value)

/** `left op right`: as numbers when both are, else as text. Two strings are always text. */
export function compareValues(
  op: CompareOp,
  left: string,
  leftType: SymbolType,
  right: string,
  rightType: SymbolType,
): Tristate {
  let order: number | undefined
  if (leftType !== 'string' || rightType !== 'string') {
    const a = numberOf(left, leftType)
    const b = a && numberOf(right, rightType)
    if (a !== undefined && b !== undefined) {
      const unsigned = a.unsigned || b.unsigned
      const x = unsigned ? asUnsigned(a.value) : a.value
      const y = unsigned ? asUnsigned(b.value) : b.value
      order = x > y ? 1 : x < y ? -1 : 0
    }
  }
  order ??= left > right ? 1 : left < right ? -1 : 0
  switch (op) {
    case '=':
      return order === 0 ? YES : NO
    case '!=':
      return order !== 0 ? YES : NO
    case '<':
      return order < 0 ? YES : NO
    case '<=':
      return order <= 0 ? YES : NO
    case '>':
      return order > 0 ? YES : NO
    case '>=':
      return order >= 0 ? YES : NO
  }
}
