import { errorOf, type Diagnostic } from '../diag/index.ts'

export const bootFailed = (name: string, how: string): Diagnostic =>
  errorOf('bench/boot-failed', `${name} did not reach main() (${how}), so nothing could be counted`, {
    hint: `azbuild run ${name} shows what it prints`,
  })

export const noBenchFile = (file: string): Diagnostic =>
  errorOf('bench/no-file', `There is no file ${file} to compare with`, {
    hint: '`azbuild bench --save` writes bench.json beside the app; `azbuild bench --json > FILE` writes one run',
  })

export const badBenchFile = (file: string, what: string): Diagnostic =>
  errorOf('bench/bad-file', `This is no document of azbuild bench: ${what}`, {
    span: { file },
    hint: 'take the file from the last commit; or remove it, and `azbuild bench --save` begins a new one',
  })

export const newerBenchFile = (file: string, version: number): Diagnostic =>
  errorOf(
    'bench/newer-file',
    `This document of azbuild bench has version ${version}, which is newer than this azbuild`,
    {
      span: { file },
      hint: 'use the azbuild that wrote it, or a newer one',
    },
  )

export const figureGrew = (
  name: string,
  arch: string,
  figure: string,
  before: number,
  after: number,
  because: readonly string[],
): Diagnostic =>
  errorOf('bench/grown', `${figure} of ${name} (${arch}) grew from ${before} to ${after}`, {
    ...(because.length > 0 ? { because } : {}),
    hint: 'when it is wanted: `azbuild bench --save`, or more --tolerance',
  })

export const figureLost = (name: string, arch: string, figure: string, before: number): Diagnostic =>
  errorOf('bench/lost', `${figure} of ${name} (${arch}) was ${before} and cannot be had any more`, {
    hint: '`azbuild bench` says why',
  })

export const needsMoreMemory = (name: string): Diagnostic =>
  errorOf('bench/needs-more-memory', `${name} does not reach main() with 64 MiB, the most that is tried`, {
    hint: `azbuild run ${name} --memory 64M shows what it prints`,
  })

export const doesNotServe = (name: string, why: string): Diagnostic =>
  errorOf('bench/does-not-serve', `${name} serves no requests that could be counted: ${why}`, {
    hint: 'take the limit out of the budget, or let the app answer a GET of /',
  })
