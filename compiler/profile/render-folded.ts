import { stackOf, type Profile } from './profile.ts'

/** Collapsed stacks, `main;work;memcpy 42`, as flamegraph.pl and its like read them; in the order of the stacks. */
export function renderFolded(profile: Profile): string {
  return profile.nodes
    .flatMap(({ self }, node) => (self > 0 ? [`${namesOf(profile, node).join(';')} ${self}\n`] : []))
    .sort()
    .join('')
}

function namesOf(profile: Profile, node: number): readonly string[] {
  return stackOf(profile, node).map((fn) => profile.functions[fn]!.name.replaceAll(';', ':'))
}
