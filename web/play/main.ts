/** The player: boots the image beside it in a worker, with its console and the pages of its web servers. */
import type { MachineDescription, SymbolsFile } from '../../compiler/play/page/messages.ts'
import { namedFrames } from '../../compiler/play/page/symbol-table.ts'
import type { RunEvent, RunOutcome } from '../../compiler/run/request.ts'
import { openConsole } from './console.ts'
import { byId, clearProblems, showProblem } from './dom.ts'
import { openFrame } from './frame.ts'
import type { Frame } from './frame.ts'
import { bootMachine, refuseRequest } from './machine.ts'
import type { RunningMachine } from './machine.ts'
import { NoService, startService } from './service.ts'
import { openStats } from './stats.ts'
import { openTabs } from './tabs.ts'

type State = 'loading' | 'running' | 'done' | 'stopped' | 'failed'

const stop = byId<HTMLButtonElement>('stop')
const restart = byId<HTMLButtonElement>('restart')

function say(state: State, text: string): void {
  document.body.dataset['state'] = state
  byId('state').textContent = text
  stop.disabled = state !== 'running'
  restart.disabled = state === 'loading'
}

async function load(path: string): Promise<Response> {
  const answer = await fetch(path)
  if (!answer.ok) throw new Error(`${path} is not there (status ${answer.status})`)
  return answer
}

main().catch((error: unknown) => {
  say('failed', 'could not start')
  showProblem(`The player could not start: ${(error as Error).message}.`, {
    hint: 'Reload the page; if that does not help, the folder it is served from is not complete.',
  })
})

async function main(): Promise<void> {
  say('loading', 'loading')
  const description = (await (await load('machine.json')).json()) as MachineDescription
  document.title = `${description.name} - azbuild`
  byId('name').textContent = description.name
  const image = new Uint8Array(await (await load('image.elf')).arrayBuffer())
  const stats = openStats(description)
  const tabs = openTabs(description.net)
  const terminal = openConsole(() => (description.net ? byId('reload') : restart).focus())

  let machine: RunningMachine | undefined
  let frame: Frame | undefined
  if (description.net) {
    byId('page-pane').hidden = false
    try {
      const service = await startService((message, port) => {
        if (message.request.navigation) frame?.arriving()
        if (machine === undefined) refuseRequest(port)
        else machine.request(message, port)
      })
      frame = openFrame(service)
    } catch (error) {
      if (!(error instanceof NoService)) throw error
      showProblem(error.message, { hint: error.hint, mild: true })
      byId('waiting').textContent = error.message
    }
  }

  const onEvent = (event: RunEvent): void => {
    if (event.kind === 'notice') showProblem(event.text, { mild: true })
    else if (event.kind === 'listening' && event.protocol === 'tcp') {
      frame?.listen(event.guestPort)
      tabs.show('page')
    } else if (event.kind === 'unlistening' && event.protocol === 'tcp') frame?.unlisten(event.guestPort)
  }

  const boot = (): void => {
    say('running', 'running')
    stats.start()
    const booted = bootMachine({
      description,
      image,
      input: terminal.input,
      onConsole: terminal.write,
      onEvent,
      onInstructions: stats.count,
    })
    machine = booted
    booted.outcome
      .then((result) => {
        if (result.ok) return tell(result.value)
        say('failed', 'could not run')
        for (const { message, hint } of result.problems)
          showProblem(message, hint === undefined ? {} : { hint })
      })
      .catch((error: unknown) => {
        say('failed', 'could not start')
        showProblem(`The machine could not be made: ${(error as Error).message}.`, {
          hint: 'The server has to send v86/v86.wasm and v86/libv86.mjs, and no policy that forbids WebAssembly.',
        })
      })
      .finally(() => {
        machine = undefined
        stats.stop()
        frame?.clear('The guest has ended. Restart it to see its page.')
        tabs.show('console') // where it said why
      })
  }

  stop.addEventListener('click', () => machine?.stop())
  restart.addEventListener('click', () => {
    const again = (): void => {
      clearProblems()
      terminal.clear()
      frame?.clear('Waiting until the guest listens on a port.')
      tabs.show('console')
      boot()
      terminal.focus()
    }
    restart.disabled = true
    if (machine === undefined) return again()
    void machine.outcome.then(again, again)
    machine.stop()
  })
  boot()
  if (document.activeElement === document.body) terminal.focus()
}

async function tell(outcome: RunOutcome): Promise<void> {
  switch (outcome.kind) {
    case 'exit':
      return say(outcome.status === 0 ? 'done' : 'failed', `ended with status ${outcome.status}`)
    case 'interrupted':
      return say('stopped', 'stopped')
    case 'fault':
      say('failed', 'stopped without a word')
      return showProblem(`The guest stopped without a word: ${outcome.reason}.`)
    case 'panic': {
      say('failed', 'panicked')
      const table = await load('symbols.json')
        .then((answer) => answer.json() as Promise<SymbolsFile>)
        .catch(() => null)
      return showProblem('The guest panicked.', {
        hint: 'The console has what it said; these are the calls that led there, innermost first.',
        lines: namedFrames(table ?? undefined, outcome.buildId, outcome.addresses),
      })
    }
    case 'timeout':
    case 'main':
      return say('stopped', 'stopped') // for measured and timed runs, which a page has none of
  }
}
