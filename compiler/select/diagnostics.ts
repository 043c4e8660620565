import { errorOf, warningOf, type Diagnostic, type Span } from '../diag/index.ts'

const at = (span: Span | undefined): { span?: Span } => (span ? { span } : {})

export const nothingImplements = (syscall: string, because: readonly string[], span?: Span): Diagnostic =>
  errorOf('select/unimplemented-syscall', `Nothing implements the system call ${syscall}()`, {
    ...at(span),
    because,
    hint: `if the app can do without it: syscalls: { ${syscall}: 'stub' } in shog.config.ts makes it fail with ENOSYS`,
  })

export const nothingProvides = (interfaceName: string, because: readonly string[]): Diagnostic =>
  errorOf('select/unmet-demand', `Nothing in the tree provides "${interfaceName}"`, {
    because,
    hint: 'azbuild new component makes one; components/api/interfaces.ts says what it has to do',
  })

export const switchedOff = (
  interfaceName: string,
  because: readonly string[],
  component: string,
  symbol: string,
  where: string,
): Diagnostic =>
  errorOf('select/unmet-demand', `Nothing in the image provides "${interfaceName}"`, {
    because: [...because, `${component} is off: ${where}`],
    hint: `azbuild menuconfig, and turn ${symbol} on; or: azbuild config set ${symbol}=y`,
  })

export const syscallSwitchedOff = (
  syscall: string,
  because: readonly string[],
  component: string,
  symbol: string,
  where: string,
): Diagnostic =>
  errorOf('select/unmet-demand', `Nothing in the image implements ${syscall}()`, {
    because: [...because, `${component} is off: ${where}`],
    hint: `azbuild menuconfig, and turn ${symbol} on; or: azbuild config set ${symbol}=y`,
  })

export const unknownDeclared = (
  syscall: string,
  near: string | undefined,
  file: string | undefined,
): Diagnostic =>
  errorOf('select/unknown-syscall', `There is no system call "${syscall}"`, {
    ...at(file ? { file } : undefined),
    ...(near ? { hint: `did you mean "${near}"?` } : { hint: 'components/api/syscalls.tbl lists them all' }),
  })

export const kconfigProblem = (
  message: string,
  span: Span | undefined,
  severity: 'error' | 'warning',
): Diagnostic => (severity === 'error' ? errorOf : warningOf)('select/kconfig', message, at(span))

export const unknownSymbol = (
  symbol: string,
  span: Span,
  near: string | undefined,
  strict: boolean,
): Diagnostic =>
  (strict ? errorOf : warningOf)('select/unknown-symbol', `${symbol} is no symbol of this configuration`, {
    span,
    ...(near
      ? { hint: `did you mean ${near}?` }
      : { hint: 'azbuild menuconfig shows them all; remove the line' }),
  })

export const contradiction = (
  symbol: string,
  span: Span,
  asked: string,
  got: string,
  because: readonly string[],
): Diagnostic =>
  errorOf('select/contradiction', `${symbol} cannot be ${asked} here: it is ${got}`, {
    span,
    because,
    hint: `mend what holds it, or remove the line: azbuild why ${symbol}`,
  })
