import type { Unit } from '../../compiler/report/document.ts'

/** `90,040`: the same wherever the page is read. */
export const whole = (value: number): string => value.toLocaleString('en-US')

/** `18.2 %`, with one figure more below 1 %. */
export function percent(part: number, of: number): string {
  if (of === 0) return '0 %'
  const value = (part * 100) / of
  return `${value.toFixed(value < 1 && value > 0 ? 2 : 1)} %`
}

/** `1 byte`, `2 bytes`. */
export function amount(value: number, unit: Unit): string {
  if (unit === 'percent') return `${value} %`
  const names: Readonly<Record<Exclude<Unit, 'percent'>, string>> = {
    bytes: 'byte',
    instructions: 'instruction',
    calls: 'system call',
    components: 'component',
  }
  return `${whole(value)} ${names[unit]}${value === 1 ? '' : 's'}`
}

/** What counted, as people call it. */
export const runnerNames: Readonly<Record<string, string>> = { qemu: 'QEMU', v86: 'v86' }
