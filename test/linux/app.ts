import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** The cases of a folder: the names of its C files. */
export function casesOf(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.c'))
    .map((name) => basename(name, '.c'))
    .sort()
}

/**
 * Makes one app of all cases in `target`, so that three images serve forty programs: the first argument names the case whose
 * main() runs. Each case is a source file of its own still, and its line numbers are kept.
 */
export function writeApp(folder: string, target: string, cases: readonly string[]): void {
  mkdirSync(target, { recursive: true })
  cpSync(join(folder, 'show.h'), join(target, 'show.h'))
  for (const name of cases) {
    const text = readFileSync(join(folder, `${name}.c`), 'utf8')
    const parameters = /\bint main\((void|int argc, char \*\*argv)\)/.exec(text)?.[1]
    if (parameters === undefined) throw new Error(`${name}.c has no main()`)
    writeFileSync(join(target, `${name}.c`), `#define main case_${name}\n#line 1 "${name}.c"\n${text}`)
  }
  writeFileSync(join(target, 'main.c'), dispatcher(folder, cases))
}

function dispatcher(folder: string, cases: readonly string[]): string {
  const takesArguments = (name: string): boolean =>
    readFileSync(join(folder, `${name}.c`), 'utf8').includes('int main(int argc')
  const lines = ['#include <string.h>']
  for (const name of cases) lines.push(`int case_${name}(${takesArguments(name) ? 'int, char **' : 'void'});`)
  lines.push('int main(int argc, char **argv)', '{', '    const char *wanted = argc > 1 ? argv[1] : "";')
  for (const name of cases) {
    const args = takesArguments(name) ? 'argc, argv' : ''
    lines.push(`    if (strcmp(wanted, "${name}") == 0)`, `        return case_${name}(${args});`)
  }
  lines.push('    return 99;', '}', '')
  return lines.join('\n')
}
