/** A line of text being typed. */
import type { LineEdit } from './state.ts'

export function editLine(text: string): LineEdit {
  return { text, cursor: text.length }
}

/** The line after a key; the same line for keys that mean nothing here. */
export function editKey(line: LineEdit, key: string): LineEdit {
  const { text, cursor } = line
  switch (key) {
    case 'left':
      return { text, cursor: Math.max(0, cursor - 1) }
    case 'right':
      return { text, cursor: Math.min(text.length, cursor + 1) }
    case 'home':
    case 'ctrl-a':
      return { text, cursor: 0 }
    case 'end':
    case 'ctrl-e':
      return editLine(text)
    case 'backspace':
      return cursor === 0
        ? line
        : { text: text.slice(0, cursor - 1) + text.slice(cursor), cursor: cursor - 1 }
    case 'delete':
      return { text: text.slice(0, cursor) + text.slice(cursor + 1), cursor }
    case 'ctrl-u':
      return editLine('')
  }
  const typed = key === 'space' ? ' ' : key
  if ([...typed].length !== 1) return line
  return { text: text.slice(0, cursor) + typed + text.slice(cursor), cursor: cursor + typed.length }
}
