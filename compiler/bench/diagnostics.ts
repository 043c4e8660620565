import { errorOf, type Diagnostic } from '../diag/index.ts'

export const bootFailed = (name: string, how: string): Diagnostic =>
  errorOf('bench/boot-failed', `${name} did not reach main() (${how}), so nothing could be counted`, {
    hint: `azbuild run ${name} shows what it prints`,
  })
