import { stackOf, type Profile } from './profile.ts'

/**
 * The profile in speedscope's own format: `file-format-schema.json` in its npm package. Samples stand in the order of time;
 * weights are guest instructions where those were counted.
 */
export function renderSpeedscope(profile: Profile): string {
  const stacks = new Map<number, readonly number[]>()
  const samples = profile.timeline.map(({ node }) => {
    let stack = stacks.get(node)
    if (stack === undefined) stacks.set(node, (stack = stackOf(profile, node)))
    return stack
  })
  const weights = profile.timeline.map((run) => run.samples * profile.every)
  return JSON.stringify({
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: 'azbuild',
    name: `${profile.name} (${profile.arch})`,
    activeProfileIndex: 0,
    shared: {
      frames: profile.functions.map(({ name, file, line }) => ({
        name,
        ...(file === undefined ? {} : { file }),
        ...(line === undefined ? {} : { line }),
      })),
    },
    profiles: [
      {
        type: 'sampled',
        name: profile.unit === 'instructions' ? 'guest instructions' : 'samples',
        unit: 'none',
        startValue: 0,
        endValue: weights.reduce((sum, weight) => sum + weight, 0),
        samples,
        weights,
      },
    ],
  })
}
