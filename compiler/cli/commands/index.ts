import type { Command } from 'commander'
import { registerBench } from './bench.ts'
import { registerBeside } from './beside.ts'
import { registerClean } from './clean.ts'
import { registerConf } from './conf.ts'
import { registerConfig } from './config.ts'
import { registerDoctor } from './doctor.ts'
import { registerExplain } from './explain.ts'
import { registerExport } from './export.ts'
import { registerImage } from './image.ts'
import { registerMenuconfig } from './menuconfig.ts'
import { registerNew } from './new.ts'
import { registerReport } from './report.ts'
import { registerProfile } from './profile.ts'
import { registerPlay } from './play.ts'
import { registerRun } from './run.ts'
import { registerSize } from './size.ts'
import { registerSymbolize } from './symbolize.ts'
import { registerWhy } from './why.ts'

/** Adds a command to the program; its exit status goes to `done`. */
export type RegisterCommand = (program: Command, done: (status: number) => void) => void

/** Every command, in the order of `azbuild --help`. */
export const commands: readonly RegisterCommand[] = [
  registerImage,
  registerRun,
  registerPlay,
  registerExport,
  registerMenuconfig,
  registerConfig,
  registerConf,
  registerWhy,
  registerSize,
  registerBench,
  registerReport,
  registerProfile,
  registerBeside,
  registerSymbolize,
  registerExplain,
  registerNew,
  registerDoctor,
  registerClean,
]
