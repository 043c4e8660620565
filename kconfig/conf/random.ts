/**
 * The random numbers of randconfig: the additive feedback generator r[i] = r[i-3] + r[i-31] with the seeding that
 * glibc documents for rand(), so that a KCONFIG_SEED gives the configuration that C conf gives on Linux.
 */

const MODULUS = 2147483647
const STATE = 31
const LAG = 3
const WARM_UP = 310

/** A function that returns the next number, 0 to 2^31 - 1. */
export function randomNumbers(seed: number): () => number {
  const state = new Int32Array(STATE)
  let word = seed | 0 || 1
  state[0] = word
  for (let i = 1; i < STATE; i++) {
    // 16807 * word mod 2^31 - 1, in the order that keeps every step in 32 bits.
    word = 16807 * (word % 127773) - 2836 * Math.trunc(word / 127773)
    if (word < 0) word += MODULUS
    state[i] = word
  }
  let front = LAG
  let rear = 0
  const next = (): number => {
    const sum = ((state[front] ?? 0) + (state[rear] ?? 0)) | 0
    state[front] = sum
    front = (front + 1) % STATE
    rear = (rear + 1) % STATE
    return sum >>> 1
  }
  for (let i = 0; i < WARM_UP; i++) next()
  return next
}
