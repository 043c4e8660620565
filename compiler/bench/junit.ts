import type { Diagnostic } from '../diag/index.ts'
import type { BudgetCheck } from '../link/index.ts'

/** Checks of one thing. */
export interface CheckSuite {
  /** `hello-http (x86_64)`. */
  readonly name: string
  readonly checks: readonly BudgetCheck[]
  /** One for each check that is not ok, in their order. */
  readonly problems: readonly Diagnostic[]
}

/**
 * Checks in the JUnit form of XML that CI systems read (as Jenkins' junit-10.xsd has it): a test case for each check. One over its limit is
 * a `failure`, one that could not be measured an `error`; both with the symbols that grew.
 */
export async function renderJunit(title: string, suites: readonly CheckSuite[]): Promise<string> {
  const { create } = await import('xmlbuilder2')
  const all = suites.map(({ name, checks, problems }) => ({ name, cases: casesOf(checks, problems) }))
  const root = create({ version: '1.0', encoding: 'UTF-8', invalidCharReplacement: '\uFFFD' }).ele(
    'testsuites',
    {
      name: title,
      ...countsOf(all.flatMap(({ cases }) => cases)),
    },
  )
  for (const { name, cases } of all) {
    const suite = root.ele('testsuite', { name, ...countsOf(cases) })
    for (const { check, problem, kind } of cases) {
      const element = suite.ele('testcase', { classname: name, name: check.name, time: '0' })
      if (problem)
        element.ele(kind, { type: problem.code, message: problem.message }).txt(renderReason(problem))
      else element.ele('system-out').txt(`${showFigure(check.actual)} of ${showFigure(check.limit)}`)
    }
  }
  return `${root.end({ prettyPrint: true })}\n`
}

interface Case {
  readonly check: BudgetCheck
  readonly problem: Diagnostic | undefined
  readonly kind: 'failure' | 'error'
}

function casesOf(checks: readonly BudgetCheck[], problems: readonly Diagnostic[]): readonly Case[] {
  const left = [...problems]
  return checks.map((check) => ({
    check,
    problem: check.ok ? undefined : left.shift(),
    kind: check.actual === null ? 'error' : 'failure',
  }))
}

function countsOf(cases: readonly Case[]): Readonly<Record<string, string>> {
  const failed = (kind: Case['kind']) => cases.filter((one) => one.problem && one.kind === kind).length
  return { tests: String(cases.length), failures: String(failed('failure')), errors: String(failed('error')) }
}

function renderReason({ message, because = [], hint }: Diagnostic): string {
  return [message, ...because.map((reason) => `  ${reason}`), ...(hint ? [`hint: ${hint}`] : [])].join('\n')
}

/** A limit or figure in a few words: `90040`, `12 names`, `unknown`. */
export function showFigure(value: BudgetCheck['actual']): string {
  return value === null ? 'unknown' : typeof value === 'number' ? String(value) : `${value.length} names`
}
