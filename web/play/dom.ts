/** An element of index.html by its id. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`index.html has no #${id}`)
  return element as T
}

const problems = byId('problems')

/** A sentence about what went wrong, with the next step and perhaps lines of detail. */
export function showProblem(
  message: string,
  more: { readonly hint?: string; readonly lines?: readonly string[]; readonly mild?: boolean } = {},
): void {
  const box = document.createElement('div')
  box.className = more.mild === true ? 'problem mild' : 'problem'
  const add = (tag: string, text: string, name = ''): void => {
    const part = document.createElement(tag)
    part.className = name
    part.textContent = text
    box.append(part)
  }
  add('p', message)
  if (more.hint !== undefined) add('p', more.hint, 'hint')
  if (more.lines !== undefined && more.lines.length > 0) add('pre', more.lines.join('\n'))
  problems.append(box)
}

export const clearProblems = (): void => problems.replaceChildren()
