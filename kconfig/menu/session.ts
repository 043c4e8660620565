/** Does what menuconfig asks for, through functions that the caller gives. */
import { loadDotconfig } from '../dotconfig/read.ts'
import { renderDotconfig } from '../dotconfig/write.ts'
import { Config } from '../eval/config.ts'
import { failed, loaded, saved, type MenuState } from './state.ts'

/** The files that menuconfig may touch. */
export interface MenuFiles {
  /** The text of a file, or undefined when it cannot be read. */
  readonly read: (file: string) => string | undefined
  /** Writes a file; returns why it could not. */
  readonly write: (file: string, text: string) => string | undefined
  /** How a configuration is written; the kernel's whole .config unless told otherwise. */
  readonly render?: (config: Config) => string
}

/** The state after its request was done; `exit` is left to the caller. */
export function fulfil(state: MenuState, files: MenuFiles): MenuState {
  const { request } = state
  switch (request?.kind) {
    case 'save': {
      const problem = files.write(request.file, (files.render ?? renderDotconfig)(request.config))
      return problem === undefined
        ? saved(state, request.file)
        : failed(state, `${request.file} was not written: ${problem}`)
    }
    case 'load': {
      const text = files.read(request.file)
      if (text === undefined) return failed(state, `${request.file} cannot be read`)
      const config = new Config(state.config.tree)
      loadDotconfig(config, text)
      return loaded(state, request.file, config)
    }
    default:
      return state
  }
}
