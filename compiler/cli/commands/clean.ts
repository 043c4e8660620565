import type { RegisterCommand } from './index.ts'
import { cleanCache } from '../../toolchain/index.ts'
import { openSession } from '../session.ts'
import { withCommonOptions } from './options.ts'
import { absolute } from '../../app/index.ts'
import type { CommonOptions } from '../session.ts'

interface CleanOptions extends CommonOptions {
  readonly cache?: boolean
}

export const registerClean: RegisterCommand = (program, done) => {
  withCommonOptions(
    program
      .command('clean')
      .description('remove out/, and with --cache the libc archives kept outside the project'),
  )
    .option('--cache', 'also the cache that all projects share')
    .action(async (options: CleanOptions) => done(await clean(options)))
}

async function clean(options: CleanOptions): Promise<number> {
  const session = openSession(options)
  const out = absolute(session.host.cwd, 'out')
  const removed: string[] = session.host.info(out) ? [out] : []
  session.host.remove(out)
  if (options.cache) removed.push(...cleanCache(session.host))
  session.result(removed.map((path) => `removed ${path}\n`).join(''), { removed })
  return 0
}
