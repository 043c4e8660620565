/** Text on a grid of cells. */

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u

/** How wide a character is drawn: 2 for East Asian wide ones and emoji, 0 for marks that join the one before. */
function widthOf(char: string): number {
  if (/\p{Mark}|\p{Cf}/u.test(char)) return 0
  return WIDE.test(char) ? 2 : 1
}

/** The cells that a text takes. */
export function textWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const char of text) width += widthOf(char)
  return width
}

/** The text without what a terminal would obey: control characters become spaces. */
export function printable(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ')
}

/** As much of the text as fits in `width` cells, with `…` where something is left out. */
export function fit(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let out = ''
  let used = 0
  for (const char of text) {
    const next = used + widthOf(char)
    if (next > width - 1) break
    out += char
    used = next
  }
  return width <= 0 ? '' : `${out}…`
}

/** The text filled up with spaces to exactly `width` cells. */
export function pad(text: string, width: number): string {
  const fitted = fit(text, width)
  return fitted + ' '.repeat(Math.max(0, width - textWidth(fitted)))
}

/** The text in lines of at most `width` cells, broken at spaces, with the indentation of the line kept. */
export function wrap(text: string, width: number): string[] {
  if (textWidth(text) <= width) return [text]
  const indent = /^ */.exec(text)?.[0].slice(0, width >> 1) ?? ''
  const lines: string[] = []
  let line = indent
  for (const word of text.trimStart().split(' ')) {
    const joined = line.trim() === '' ? line + word : `${line} ${word}`
    if (textWidth(joined) <= width || line.trim() === '') line = joined
    else {
      lines.push(line)
      line = indent + word
    }
  }
  return [...lines, line].flatMap((each) => slices(each, width))
}

function slices(text: string, width: number): string[] {
  const found: string[] = []
  let line = ''
  for (const char of text) {
    if (textWidth(line + char) > width) {
      found.push(line)
      line = ''
    }
    line += char
  }
  return [...found, line]
}
