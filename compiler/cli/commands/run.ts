import { Option } from 'commander'
import type { RegisterCommand } from './index.ts'
import { buildImage } from '../../build/index.ts'
import { errorOf } from '../../diag/index.ts'
import { parseAllowedPeer, parseMemorySize, parsePortForward, runImage, type RunOutcome } from '../../run/index.ts'
import { exitCodes } from '../exit-codes.ts'
import { openSession, take, type Session } from '../session.ts'
import { appArgument, withBuildOptions, type BuildOptions } from './options.ts'
import { buildRequest } from './image.ts'

interface RunOptions extends BuildOptions {
  readonly runner: 'v86' | 'qemu'
  readonly memory?: string
  readonly port: readonly string[]
  readonly env: readonly string[]
  readonly timeout?: string
  readonly machine?: string
  readonly cpu?: string
  readonly allowConnect: readonly string[]
}

const many = (value: string, list: readonly string[]): readonly string[] => [...list, value]

export const registerRun: RegisterCommand = (program, done) => {
  withBuildOptions(
    program
      .command('run')
      .argument('[app]', appArgument)
      .argument('[args...]', "the app's arguments, after --")
      .description('build an image and boot it: i386 in the embedded emulator v86, or what --runner and --arch say'),
  )
    .addOption(new Option('--runner <runner>', 'what boots it').choices(['v86', 'qemu']).default('v86'))
    .option('--memory <size>', 'memory of the machine: 1280K, 64M, 2G')
    .option('--port <host:guest>', 'forward a port; by default each port the app listens on appears under its own number', many, [])
    .option('--env <name=value>', 'set a variable in the environment of the app', many, [])
    .option('--timeout <seconds>', 'end the run after so long, with status 124')
    .addOption(new Option('--machine <machine>', 'QEMU only').choices(['q35', 'pc', 'microvm']))
    .option('--cpu <model>', 'QEMU only: its CPU model (max)')
    .option('--allow-connect <host:port>', 'let the app open TCP connections to this place', many, [])
    .action(async (app: string | undefined, args: string[], options: RunOptions) => done(await run(app, args, options)))
}
