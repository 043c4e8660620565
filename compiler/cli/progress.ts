import type { Ora } from 'ora'

/** A step of work with how much of it is done. */
export interface Step {
  readonly text: string
  readonly done?: number
  readonly total?: number
}

/** Shows what is going on: a spinner on a terminal, elsewhere a line at the start of each step, so that a log tells what took long. */
export interface Progress {
  show(step: Step): void
  clear(): void
}

/** Progress on stderr. The spinner is loaded at the first step: a command with nothing to do pays nothing. */
export function openProgress(): Progress {
  let spinner: Ora | undefined
  let loading = false
  let latest: Step | undefined
  let logged = ''
  const draw = (): void => {
    if (!latest || !spinner) return
    const { text, done, total } = latest
    spinner.text = total === undefined ? text : `${text} ${done}/${total}`
    if (!spinner.isSpinning) spinner.start()
  }
  return {
    clear: () => {
      latest = undefined
      spinner?.stop()
    },
    show: (step) => {
      if (!process.stderr.isTTY) {
        if (step.text !== logged) process.stderr.write(`azbuild: ${step.text}\n`)
        logged = step.text
        return
      }
      latest = step
      if (!spinner && !loading) {
        loading = true
        void import('ora').then(({ default: ora }) => {
          spinner = ora({ stream: process.stderr, discardStdin: false })
          draw()
        })
      }
      draw()
    },
  }
}
