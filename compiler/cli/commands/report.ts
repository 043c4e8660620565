import type { RegisterCommand } from './index.ts'
import { writeReport } from '../../report/index.ts'
import { openSession, take } from '../session.ts'
import { buildRequest } from './image.ts'
import { appArgument, withBuildOptions, type BuildOptions } from './options.ts'

interface ReportOptions extends BuildOptions {
  readonly out?: string
  readonly boot: boolean
}

export const registerReport: RegisterCommand = (program, done) => {
  withBuildOptions(
    program
      .command('report')
      .argument('[app]', appArgument)
      .description(
        'write one HTML page about an image: every byte, every reason, the boot in instructions, system calls, history',
      ),
  )
    .option('--out <file>', 'where the page goes; out/<image>/<arch>/report.html by default')
    .option('--no-boot', 'do not boot the image: the page has no boot timeline and no flame graph')
    .action(async (app: string | undefined, options: ReportOptions) => done(await report(app, options)))
}

async function report(app: string | undefined, options: ReportOptions): Promise<number> {
  const session = openSession(options)
  const request = {
    ...buildRequest(app, options, session.onBuildEvent),
    ...(options.out ? { out: options.out } : {}),
    boot: options.boot,
  }
  const written = take(session, await writeReport(session.host, request))
  if ('status' in written) return written.status
  const { file, bytes } = written.value
  session.result(`${file}  ${bytes} bytes\n`, written.value)
  return 0
}
