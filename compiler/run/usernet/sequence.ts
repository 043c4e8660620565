/** A TCP sequence number: 32 bits, counting modulo 2^32 (RFC 9293 section 3.4). */
export type Sequence = number

export const addSequence = (sequence: Sequence, count: number): Sequence => (sequence + count) >>> 0

/** How far `a` lies behind `b`; negative when it lies before. Right for distances below 2^31. */
export const distance = (a: Sequence, b: Sequence): number => (a - b) | 0
