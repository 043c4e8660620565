import { errorOf, type Diagnostic } from '../diag/index.ts'
import type { Demanded, ReasonStep } from './demand.ts'
import { explainChain } from './explain.ts'

/** The app has no `main`. */
export function noMain(objects: readonly string[]): Diagnostic {
  const looked = objects.length === 0 ? 'no object was compiled' : `looked in ${listSome(objects)}`
  return errorOf('analyze/no-main', `The app defines no main(): ${looked}`, {
    hint: 'write `int main(void)` (or `int main(int argc, char **argv)`) in one of the sources',
  })
}

/** A reachable reference to a symbol that nothing defines. */
export function unresolvedSymbol(demanded: Demanded, nearest: readonly string[]): Diagnostic {
  const { name, because } = demanded
  const span = because.at(-1)?.span
  return errorOf('analyze/unresolved-symbol', `Nothing defines "${name}"`, {
    ...(span ? { span } : {}),
    because: explainChain(demanded),
    hint:
      nearest.length > 0
        ? `did you mean ${nearest.map((one) => `"${one}"`).join(' or ')}?`
        : 'add the source or the library that defines it to the app (`sources`, `libraries` in shog.config.ts)',
  })
}

/** A system call whose number is computed at run time. */
export function undecidedSyscall(demanded: Demanded): Diagnostic {
  const span = demanded.because.find((step) => step.span)?.span
  return errorOf('analyze/undecided-syscall', 'A system call is made with a number known only at run time', {
    ...(span ? { span } : {}),
    because: explainChain(demanded),
    hint: "call the libc function instead, or list what it may call: dynamicSyscalls: ['getpid'] in shog.config.ts",
  })
}

/** An instruction asks for a system call as only Linux takes it. */
export function foreignTrap(number: number, because: readonly ReasonStep[]): Diagnostic {
  const span = because.at(-1)?.span
  return errorOf(
    'analyze/foreign-trap',
    `System call ${number} of i386 Linux takes parameters that az does not take`,
    {
      ...(span ? { span } : {}),
      because: explainChain({ because }),
      hint: 'call the libc function instead: az has the newest form of each call, with 64-bit times',
    },
  )
}

/** An input of the link that is a finished program, not an object. */
export function notRelocatable(file: string): Diagnostic {
  return errorOf('analyze/not-relocatable', 'This is a linked program or shared library, not an object', {
    span: { file },
    hint: 'link objects (`cc -c`) and static archives; a finished Linux program is an app of its own',
  })
}

/** Two objects for different processors. */
export function mixedMachines(
  file: string,
  machine: string,
  first: string,
  firstMachine: string,
): Diagnostic {
  return errorOf(
    'analyze/mixed-machines',
    `This object is for ${machine}, but ${first} is for ${firstMachine}`,
    {
      span: { file },
      hint: 'compile everything for one --arch; a library needs one archive for each',
    },
  )
}

function listSome(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ')
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown
}
