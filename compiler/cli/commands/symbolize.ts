import type { RegisterCommand } from './index.ts'
import { buildImage } from '../../build/index.ts'
import { readImage } from '../../link/index.ts'
import { badAddress, noSuchFile } from '../diagnostics.ts'
import { openSession, take } from '../session.ts'
import { symbolizeImage } from '../symbolize-file.ts'
import { buildRequest } from './image.ts'
import { withBuildOptions, type BuildOptions } from './options.ts'

interface SymbolizeOptions extends BuildOptions {
  readonly app?: string
  readonly file?: string
}

export const registerSymbolize: RegisterCommand = (program, done) => {
  withBuildOptions(
    program
      .command('symbolize')
      .argument('<address...>', 'addresses as a panic prints them, in hexadecimal')
      .description('name the functions and lines behind addresses of an image'),
  )
    .option('--app <app>', 'the app; the default image when absent')
    .option('--file <elf>', 'an ELF file with symbols, instead of building the app')
    .action(async (addresses: string[], options: SymbolizeOptions) =>
      done(await symbolizeAll(addresses, options)),
    )
}

async function symbolizeAll(texts: readonly string[], options: SymbolizeOptions): Promise<number> {
  const session = openSession(options)
  const wrong = texts.find((text) => !/^(0x)?[0-9a-f]+$/i.test(text))
  if (wrong !== undefined) return session.problems([badAddress(wrong)])
  let file = options.file
  if (file === undefined) {
    const built = take(
      session,
      await buildImage(session.host, buildRequest(options.app, options, session.onBuildEvent)),
    )
    if ('status' in built) return built.status
    file = built.value.record.symbols
  }
  const bytes = session.host.readBytes(file)
  if (!bytes) return session.problems([noSuchFile(file)])
  const image = take(session, readImage(bytes, file))
  if ('status' in image) return image.status
  const addresses = texts.map((text) => BigInt(`0x${text.replace(/^0x/i, '')}`))
  const frames = symbolizeImage(image.value, addresses)
  session.result(`${frames.join('\n')}\n`, { file, frames })
  return 0
}
