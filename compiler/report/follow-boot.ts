import { countedRequests, followRequests, measureBoot, syscallMeans } from '../bench/index.ts'
import type { BuildRecord } from '../build/index.ts'
import { ok, warningOf, type Diagnostic, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { openTrace, countingRunner, followStart, type BootTrace, type CallNode } from '../trace/index.ts'
import { bootSection, requestSection } from './boot-section.ts'
import type { BootSection, Missing, RequestSection } from './document.ts'

/** A boot, and requests after it, as the page shows them, and what was counted by the way. */
export interface FollowedBoot {
  readonly section: BootSection | Missing
  /** Absent for an app that answers no HTTP. */
  readonly requests?: RequestSection
  /** By figure, as `azbuild bench` names them. */
  readonly counts: Readonly<Record<string, number>>
  /** Mean for each call, by system call, over the requests. */
  readonly syscallInstructions?: Readonly<Record<string, number>>
  readonly warnings: readonly Diagnostic[]
}

/** Boots the image and follows every instruction, on the machine that counts for its flavour. Without one the page says so. */
export async function followBoot(
  host: Host,
  record: BuildRecord,
  onStep: (text: string) => void,
): Promise<FollowedBoot> {
  onStep('following the boot, instruction by instruction')
  const followed = await follow(host, record, onStep)
  if (followed.ok) {
    const { boot, requests } = followed.value
    const at = (name: string): number | undefined =>
      boot.events.find((event) => event.name === name)?.atInstructions
    const [main, listen] = [at('main'), at('listen')]
    return {
      section: bootSection(boot, countingRunner[record.arch]),
      ...(requests
        ? {
            requests: requestSection(requests, countedRequests),
            syscallInstructions: syscallMeans(requests),
          }
        : {}),
      counts: {
        ...(main === undefined ? {} : { bootInstructions: main }),
        ...(main === undefined || listen === undefined ? {} : { listenInstructions: listen - main }),
        ...(requests
          ? { requestInstructions: Math.round(requests.totalInstructions / countedRequests) }
          : {}),
      },
      warnings: followed.warnings,
    }
  }
  const [problem] = followed.problems
  if (problem === undefined || problem.code === 'run/qemu-missing')
    return { section: withoutQemu, counts: {}, warnings: [] }
  const measured = await measureBoot(host, record)
  return {
    section: failed(problem),
    counts: measured.ok ? { bootInstructions: measured.value } : {},
    warnings: [asWarning(problem)],
  }
}

/** The boot until the app has nothing to do, then requests when it listens on TCP. */
async function follow(
  host: Host,
  record: BuildRecord,
  onStep: (text: string) => void,
): Promise<Result<{ readonly boot: BootTrace; readonly requests: CallNode | undefined }>> {
  const opened = await openTrace(host, record, { runner: countingRunner[record.arch] })
  if (!opened.ok) return opened
  const trace = opened.value
  try {
    const started = await followStart(host, record, trace)
    if (!started.ok) return started
    const { boot } = started.value
    const port = Number(/^listen tcp (\d+)$/m.exec(trace.linkText())?.[1] ?? Number.NaN)
    if (started.value.kind !== 'listening' || Number.isNaN(port)) return ok({ boot, requests: undefined })
    onStep('following requests')
    const requests = await followRequests(trace, port, started.value.frames)
    // An app that fails over a request has booted all the same.
    return requests.ok
      ? ok({ boot, requests: requests.value })
      : ok({ boot, requests: undefined }, requests.problems.map(asWarning))
  } finally {
    await trace.machine.stop()
  }
}

const asWarning = (problem: Diagnostic): Diagnostic => warningOf(problem.code, problem.message, problem)

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
