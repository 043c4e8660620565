/** The command line of C conf. */

export const MODES = [
  'oldaskconfig',
  'oldconfig',
  'syncconfig',
  'defconfig',
  'savedefconfig',
  'allnoconfig',
  'allyesconfig',
  'allmodconfig',
  'alldefconfig',
  'randconfig',
  'listnewconfig',
  'helpnewconfig',
  'olddefconfig',
  'yes2modconfig',
  'mod2yesconfig',
  'mod2noconfig',
] as const
export type Mode = (typeof MODES)[number]

export interface Options {
  readonly mode: Mode
  /** Of `defconfig` and `savedefconfig`. */
  readonly file: string
  readonly silent: boolean
  readonly help: boolean
  readonly kconfig: string | undefined
  /** Options that it does not know or that lack their value, as getopt reports them. */
  readonly complaints: readonly string[]
}

const TAKES_FILE: ReadonlySet<string> = new Set(['defconfig', 'savedefconfig'])
const LONG: readonly string[] = ['help', 'silent', ...MODES]

/** Reads arguments as getopt_long does: options anywhere, long ones by any unambiguous beginning. */
export function parseOptions(argv: readonly string[]): Options {
  let mode: Mode = 'oldaskconfig'
  let file = ''
  let silent = false
  let help = false
  const rest: string[] = []
  const complaints: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] ?? ''
    if (argument === '--') {
      rest.push(...argv.slice(i + 1))
      break
    }
    if (argument.startsWith('--')) {
      const [given = '', ...values] = argument.slice(2).split('=')
      const name = longOption(given)
      if (name === undefined) complaints.push(`unrecognized option '--${given}'`)
      else if (name === 'help') help = true
      else if (name === 'silent') silent = true
      else {
        mode = name as Mode
        if (TAKES_FILE.has(name)) {
          if (values.length > 0) file = values.join('=')
          else if (i + 1 < argv.length) file = argv[++i] ?? ''
          else complaints.push(`option '--${name}' requires an argument`)
        }
      }
    } else if (argument.startsWith('-') && argument.length > 1) {
      for (const letter of argument.slice(1)) {
        if (letter === 'h') help = true
        else if (letter === 's') silent = true
        else complaints.push(`invalid option -- '${letter}'`)
      }
    } else {
      rest.push(argument)
    }
  }
  return { mode, file, silent: silent || mode === 'syncconfig', help, kconfig: rest[0], complaints }
}

function longOption(given: string): string | undefined {
  if (LONG.includes(given)) return given
  const matches = LONG.filter((name) => name.startsWith(given))
  return matches.length === 1 ? matches[0] : undefined
}

export function usage(name: string): string {
  return `Usage: ${name} [options] <kconfig-file>

Generic options:
  -h, --help              Print this message and exit.
  -s, --silent            Do not print log.

Mode options:
  --listnewconfig         List new options
  --helpnewconfig         List new options and help text
  --oldaskconfig          Start a new configuration using a line-oriented program
  --oldconfig             Update a configuration using a provided .config as base
  --syncconfig            Similar to oldconfig but generates configuration in
                          include/{generated/,config/}
  --olddefconfig          Same as oldconfig but sets new symbols to their default value
  --defconfig <file>      New config with default defined in <file>
  --savedefconfig <file>  Save the minimal current configuration to <file>
  --allnoconfig           New config where all options are answered with no
  --allyesconfig          New config where all options are answered with yes
  --allmodconfig          New config where all options are answered with mod
  --alldefconfig          New config with all symbols set to default
  --randconfig            New config with random answer to all options
  --yes2modconfig         Change answers from yes to mod if possible
  --mod2yesconfig         Change answers from mod to yes if possible
  --mod2noconfig          Change answers from mod to no if possible
  (If none of the above is given, --oldaskconfig is the default)
`
}
