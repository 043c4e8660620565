import { errorOf, type Diagnostic } from '../diag/index.ts'

export const notTraceable = (name: string): Diagnostic =>
  errorOf(
    'trace/no-symbols',
    `${name} has none of the kernel's symbols, so its instructions cannot be followed`,
    {
      hint: 'azbuild clean, and build it again',
    },
  )

export const traceFault = (name: string, reason: string): Diagnostic =>
  errorOf('trace/stopped', `${name} stopped while its instructions were followed: ${reason}`, {
    hint: `azbuild run ${name} shows what it prints`,
  })

export const traceTooLong = (name: string, instructionsMax: number): Diagnostic =>
  errorOf(
    'trace/too-long',
    `${name} runs more than ${instructionsMax} instructions without pausing, so following it was given up`,
    {
      hint: `azbuild run ${name} shows whether it ends; a program that computes for long is measured on Linux beside it`,
    },
  )
