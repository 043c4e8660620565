import type { RegisterCommand } from './index.ts'
import { nearest } from '../../diag/index.ts'
import { noSuchCode } from '../diagnostics.ts'
import { openSession, type CommonOptions, type Session } from '../session.ts'
import { withCommonOptions } from './options.ts'

export const registerExplain: RegisterCommand = (program, done) => {
  withCommonOptions(
    program
      .command('explain')
      .argument('[code]', 'what stands in brackets after error or warning: select/unmet-demand')
      .description('tell what a message means and how to mend it; without a code, list them all'),
  ).action((code: string | undefined, options: CommonOptions) => done(explain(code, options)))
}

function explain(code: string | undefined, options: CommonOptions): number {
  const session = openSession(options)
  return code === undefined ? listCodes(session) : showPage(session, code)
}

function showPage(session: Session, asked: string): number {
  const code = asked.replace(/^\[|\]$/g, '').replace('-', asked.includes('/') ? '-' : '/')
  const codes = pages(session)
  if (!codes.includes(code)) return session.problems([noSuchCode(asked, nearest(code, codes))])
  const page = session.host.readText(
    `${session.host.packageFolder}/docs/errors/${code.replace('/', '-')}.md`,
  )!
  session.result(page, { code, page })
  return 0
}

function listCodes(session: Session): number {
  const codes = pages(session)
  session.result(codes.map((code) => `${code}\n`).join(''), { codes })
  return 0
}

/** Every code with a page, sorted. A stage's name has no hyphen, so that a file's name says its code. */
function pages({ host }: Session): readonly string[] {
  const names = host.list(`${host.packageFolder}/docs/errors`) ?? []
  return names
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -'.md'.length).replace('-', '/'))
    .sort()
}
