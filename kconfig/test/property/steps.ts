/** Counts work instead of timing it: how often the blocks of kconfig/ ran, as V8's coverage counts them. */
import { Session, type Profiler } from 'node:inspector'

const OWN = /\/kconfig\/(lang|eval|dotconfig|menu)\//

const session = new Session()
session.connect()
session.post('Profiler.enable')
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })

/** The steps of `act`; the same number for the same work, however busy the machine. */
export function countSteps(act: () => void): number {
  takeSteps()
  act()
  return takeSteps()
}

/** The steps since the last time. */
function takeSteps(): number {
  let steps = 0
  session.post('Profiler.takePreciseCoverage', (error, { result }) => {
    if (error) throw error
    steps = result.filter(({ url }) => OWN.test(url)).reduce((sum, script) => sum + stepsOf(script), 0)
  })
  return steps
}

function stepsOf({ functions }: Profiler.ScriptCoverage): number {
  return functions.flatMap(({ ranges }) => ranges).reduce((sum, { count }) => sum + count, 0)
}
