import { measureBoot } from '../bench/index.ts'
import type { BuildRecord } from '../build/index.ts'
import { warningOf, type Diagnostic } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { traceBoot, tracingRunner } from '../trace/index.ts'
import { bootSection } from './boot-section.ts'
import type { BootSection, Missing } from './document.ts'

/** A boot as the page shows it, and what was counted by the way. */
export interface FollowedBoot {
  readonly section: BootSection | Missing
  /** By figure, as `azbuild bench` names them. */
  readonly counts: Readonly<Record<string, number>>
  readonly warnings: readonly Diagnostic[]
}

/** Boots the image and follows every instruction, on the machine that counts for its flavour. Without one the page says so. */
export async function followBoot(host: Host, record: BuildRecord): Promise<FollowedBoot> {
  const traced = await traceBoot(host, record)
  if (traced.ok) {
    const at = (name: string): number | undefined =>
      traced.value.events.find((event) => event.name === name)?.atInstructions
    const [main, listen] = [at('main'), at('listen')]
    return {
      section: bootSection(traced.value, tracingRunner[record.arch]),
      counts: {
        ...(main === undefined ? {} : { bootInstructions: main }),
        ...(main === undefined || listen === undefined ? {} : { listenInstructions: listen - main }),
      },
      warnings: [],
    }
  }
  const [problem] = traced.problems
  if (problem === undefined || problem.code === 'run/qemu-missing')
    return { section: withoutQemu, counts: {}, warnings: [] }
  const measured = await measureBoot(host, record)
  return {
    section: failed(problem),
    counts: measured.ok ? { bootInstructions: measured.value } : {},
    warnings: [warningOf(problem.code, problem.message, problem)],
  }
}

/** What the page says instead when it was asked to. */
export const leftOut: Missing = {
  kind: 'missing',
  why: 'The boot was not followed, because --no-boot was given.',
  how: 'Run azbuild report without it.',
}

const withoutQemu: Missing = {
  kind: 'missing',
  why: 'The boot of an x86_64 image is followed on QEMU, and there was none where this page was made.',
  how: 'Install it (Debian and Ubuntu: apt install qemu-system-x86) and run azbuild report again; --arch i386 needs none.',
}

const failed = ({ message, hint }: Diagnostic): Missing => ({
  kind: 'missing',
  why: `The boot could not be followed: ${message}.`,
  how: hint === undefined ? '' : `${hint.charAt(0).toUpperCase()}${hint.slice(1)}.`,
})
