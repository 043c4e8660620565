/** The conf front as a program: what `azbuild conf` runs without loading the rest of azbuild. */
import './tune.ts'
import { conf } from './main.ts'
import { drainInput, nodeIo } from './node-io.ts'

/** Runs conf with the arguments after its name and ends this process with its exit code. */
export async function runConf(args: readonly string[]): Promise<never> {
  const code = await conf(args, nodeIo('conf'))
  drainInput()
  process.exit(code)
}
