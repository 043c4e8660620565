import type { RegisterCommand } from './index.ts'

/** The kernel's own front: everything after the word `conf` is its business, options and all. */
export const registerConf: RegisterCommand = (program, done) => {
  program
    .command('conf')
    .argument('[arguments...]', '--olddefconfig Kconfig, ...')
    .description(
      "Linux's scripts/kconfig/conf: its options, environment variables, messages and exit status, on any tree",
    )
    .allowUnknownOption()
    .helpOption(false)
    .action(async (args: string[]) => {
      const [{ conf }, { nodeIo }] = await Promise.all([
        import('../../../kconfig/conf/main.ts'),
        import('../../../kconfig/conf/node-io.ts'),
      ])
      done(await conf(args, nodeIo('conf')))
    })
}
