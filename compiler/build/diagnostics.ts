import { errorOf, type Diagnostic } from '../diag/index.ts'

export const compileFailed = (output: string, command: string): Diagnostic => {
  const place = /^(.+?):(\d+):(\d+): (?:fatal )?error: (.*)$/m.exec(output)
  return errorOf(
    'build/compile-failed',
    place ? `The C compiler refused this file: ${place[4]}` : 'The C compiler failed',
    {
      output,
      ...(place ? { span: { file: place[1]!, line: Number(place[2]), column: Number(place[3]) } } : {}),
      because: [`this command failed: ${command}`],
      ...(place?.[4]?.endsWith('file not found')
        ? { hint: "include: ['...'] in shog.config.ts names further folders of headers" }
        : {}),
    },
  )
}

export const linkFailed = (output: string, command: string): Diagnostic => {
  const twice = /duplicate symbol: (\S+)/.exec(output)?.[1]
  return errorOf('build/link-failed', 'The image could not be linked', {
    output,
    because: [`this command failed: ${command}`],
    ...(twice === undefined
      ? {}
      : {
          hint: `${twice} is defined twice: leave one file out with exclude: ['...'] in shog.config.ts, or make one of them static`,
        }),
  })
}
