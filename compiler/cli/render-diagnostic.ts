import pc from 'picocolors'
import { renderSpan, type Diagnostic } from '../diag/index.ts'

/** A diagnostic as people read it: what the other program printed, then the message, the reasons, the next step. */
export function renderDiagnostic(problem: Diagnostic, colors = pc, cwd = process.cwd()): string {
  const paint = problem.severity === 'error' ? colors.red : colors.yellow
  const lines: string[] = []
  if (problem.output) lines.push(problem.output.trimEnd())
  const place = problem.span
    ? `${renderSpan({ ...problem.span, file: seenFrom(cwd, problem.span.file) })}: `
    : ''
  lines.push(`${paint(`${problem.severity}[${problem.code}]`)}: ${place}${problem.message}`)
  for (const reason of problem.because ?? []) lines.push(`  ${colors.dim('because')} ${reason}`)
  if (problem.hint) lines.push(`  ${colors.cyan('hint')}: ${problem.hint}`)
  return `${lines.join('\n')}\n`
}

/** A path as the user would type it: relative when it lies below the folder they are in. */
function seenFrom(cwd: string, path: string): string {
  return path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path
}
