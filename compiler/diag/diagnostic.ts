/** A place in a file the user can open. Lines and columns count from 1. */
export interface Span {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

/** A mistake the user can mend. Rendered by `cli`; every `code` has a page in docs/errors/. */
export interface Diagnostic {
  /** `stage/what`, e.g. `select/unmet-demand`. */
  readonly code: string
  readonly severity: 'error' | 'warning'
  /** One sentence. */
  readonly message: string
  readonly span?: Span
  /** The next step, a command when there is one. */
  readonly hint?: string
  /** Why we got here, outermost first. */
  readonly because?: readonly string[]
  /** What another program printed (the C compiler), shown before the message, untouched. */
  readonly output?: string
  /** Whose turn it is: the user's input (exit 1) or something absent from this machine (exit 3). */
  readonly cause?: 'input' | 'machine'
}

/** The parts of a diagnostic that its factory does not fix. */
export type DiagnosticDetail = Omit<Diagnostic, 'code' | 'severity' | 'message'>

/** An error diagnostic. Each code is made by one factory function, which calls this. */
export function errorOf(code: string, message: string, detail: DiagnosticDetail = {}): Diagnostic {
  return { code, severity: 'error', message, ...detail }
}

/** A warning diagnostic. */
export function warningOf(code: string, message: string, detail: DiagnosticDetail = {}): Diagnostic {
  return { code, severity: 'warning', message, ...detail }
}

/** `file:line:column`, as far as the span knows. */
export function renderSpan(span: Span): string {
  return [span.file, span.line, span.column].filter((part) => part !== undefined).join(':')
}
