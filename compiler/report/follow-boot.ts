import { countingRunner, measureBoot } from '../bench/index.ts'
import type { BuildRecord } from '../build/index.ts'
import { warningOf, type Diagnostic } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { traceBoot } from '../trace/index.ts'
import { bootSection } from './boot-section.ts'
import type { BootSection, Missing } from './document.ts'
import type { ReportRequest } from './write-report.ts'

/** A boot as the page shows it, and what was counted by the way. */
export interface FollowedBoot {
  readonly section: BootSection | Missing
  /** By figure, as `azbuild bench` names them. */
  readonly counts: Readonly<Record<string, number>>
  readonly warnings: readonly Diagnostic[]
}

/**
 * Boots the image and follows every instruction; only QEMU tells them one by one. Without it the page says so, and has what can be
 * counted otherwise.
 */
export async function followBoot(
  host: Host,
  record: BuildRecord,
  { boot, onEvent = () => {} }: ReportRequest,
): Promise<FollowedBoot> {
  if (!boot) return { section: leftOut, counts: {}, warnings: [] }
  onEvent({ kind: 'step', text: 'following the boot, instruction by instruction' })
  const traced = await traceBoot(host, record, { runner: 'qemu' })
  const at = (name: string): number | undefined =>
    traced.ok ? traced.value.events.find((event) => event.name === name)?.atInstructions : undefined
  const [main, listen] = [at('main'), at('listen')]

  // Budgets hold what the flavour's own counting machine says; for i386 that is v86.
  const counted = countingRunner[record.arch] !== 'qemu' || main === undefined
  const measured = counted ? await measureBoot(host, record) : undefined
  const bootInstructions = measured?.ok ? measured.value : main
  const counts = {
    ...(bootInstructions === undefined ? {} : { bootInstructions }),
    ...(counted || main === undefined || listen === undefined ? {} : { listenInstructions: listen - main }),
  }
  if (traced.ok) return { section: bootSection(traced.value), counts, warnings: [] }
  const [problem] = traced.problems
  return problem === undefined || problem.code === 'run/qemu-missing'
    ? { section: withoutQemu, counts, warnings: [] }
    : { section: failed(problem), counts, warnings: [warningOf(problem.code, problem.message, problem)] }
}

const leftOut: Missing = {
  kind: 'missing',
  why: 'The boot was not followed, because --no-boot was given.',
  how: 'Run azbuild report without it.',
}

const withoutQemu: Missing = {
  kind: 'missing',
  why: 'The boot is followed on QEMU, and there was none where this page was made.',
  how: 'Install it (Debian and Ubuntu: apt install qemu-system-x86), or name one in AZBUILD_QEMU, and run azbuild report again.',
}

const failed = ({ message, hint }: Diagnostic): Missing => ({
  kind: 'missing',
  why: `The boot could not be followed: ${message}.`,
  how: hint === undefined ? '' : `Try: ${hint}.`,
})
