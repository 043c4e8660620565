/** The page of `menuconfig --web`: a grid of characters that sends keys and clicks and shows what comes back. */

const STYLE = `
:root { color-scheme: light dark; --fg: #1c1c1c; --bg: #fbfbf8; --accent: #00629b; --soft: #6b6b6b; --warm: #8a5a00; --bad: #b00020; --on: #fff }
@media (prefers-color-scheme: dark) {
  :root { --fg: #e4e4e4; --bg: #16181a; --accent: #5bb8f0; --soft: #8d9196; --warm: #e0b050; --bad: #ff7a7a; --on: #10202b }
}
html, body { height: 100%; margin: 0; background: var(--bg); color: var(--fg) }
#grid { font: 15px/1.35 ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; margin: 0; padding: 8px; white-space: pre; outline: none; cursor: default }
.title, .pressed { background: var(--accent); color: var(--on) }
.path, .box { color: var(--accent) }
.selected { background: var(--fg); color: var(--bg) }
.mark { color: var(--accent) }
.dim { color: var(--soft) }
.new { font-weight: 600 }
.why { color: var(--warm) }
.notice { color: var(--warm); font-weight: 600 }
.error { color: var(--bad) }
.cursor { outline: 1px solid var(--accent) }
`

const SCRIPT = `
const grid = document.getElementById('grid')
let size = { columns: 80, rows: 24 }
let queue = Promise.resolve()

const cell = () => {
  const probe = document.createElement('span')
  probe.textContent = 'M'.repeat(100)
  grid.append(probe)
  const box = probe.getBoundingClientRect()
  probe.remove()
  return { width: box.width / 100, height: parseFloat(getComputedStyle(grid).lineHeight) }
}

const show = ({ lines, cursor, done }) => {
  grid.replaceChildren()
  if (done) {
    grid.textContent = 'Done. You can close this page.'
    return
  }
  lines.forEach((line, row) => {
    let column = 0
    for (const { text, style } of line) {
      const inside = cursor && cursor.row === row && cursor.column >= column && cursor.column < column + text.length
      const parts = inside ? [text.slice(0, cursor.column - column), text.charAt(cursor.column - column), text.slice(cursor.column - column + 1)] : [text]
      parts.forEach((part, i) => {
        const span = document.createElement('span')
        span.className = style + (inside && i === 1 ? ' cursor' : '')
        span.textContent = part
        grid.append(span)
      })
      column += text.length
    }
    grid.append('\\n')
  })
}

const send = (input) => {
  queue = queue.then(async () => {
    const answer = await fetch('input', { method: 'POST', body: JSON.stringify(input), headers: { 'content-type': 'application/json' } })
    show(answer.ok ? await answer.json() : { done: true })
  }).catch(() => show({ done: true }))
}

const KEYS = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right', Enter: 'enter', Escape: 'escape', Backspace: 'backspace', Delete: 'delete', Home: 'home', End: 'end', PageUp: 'pageup', PageDown: 'pagedown', F1: 'f1', ' ': 'space' }

const CTRL = 'abdefru'

addEventListener('keydown', (event) => {
  if (event.metaKey || event.altKey || event.isComposing) return
  let key = event.key === 'Tab' ? (event.shiftKey ? 'shift-tab' : 'tab') : KEYS[event.key]
  if (key === undefined && [...event.key].length === 1) {
    if (event.ctrlKey && !CTRL.includes(event.key)) return
    key = event.ctrlKey ? 'ctrl-' + event.key : event.key
  }
  if (key === undefined) return
  event.preventDefault()
  send({ kind: 'key', key })
})

const position = (event) => {
  const { width, height } = cell()
  const box = grid.getBoundingClientRect()
  return { column: Math.floor((event.clientX - box.left - 8) / width), row: Math.floor((event.clientY - box.top - 8) / height) }
}
grid.addEventListener('mousedown', (event) => {
  if (event.button === 0) send({ kind: 'press', ...position(event) })
})
grid.addEventListener('wheel', (event) => {
  event.preventDefault()
  if (event.deltaY !== 0) send({ kind: event.deltaY < 0 ? 'wheel-up' : 'wheel-down', ...position(event) })
}, { passive: false })

const resize = () => {
  const { width, height } = cell()
  const next = { columns: Math.floor((innerWidth - 16) / width), rows: Math.floor((innerHeight - 16) / height) }
  if (next.columns === size.columns && next.rows === size.rows) return
  size = next
  send({ kind: 'resize', ...next })
}
addEventListener('resize', resize)
send({ kind: 'resize', ...size })
resize()
grid.focus()
`

/** The document; `nonce` is what its content security policy allows, `title` is shown as text. */
export function pageHtml(title: string, nonce: string): string {
  const escaped = title.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped}</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<pre id="grid" tabindex="0" role="application" aria-label="${escaped}"></pre>
<script nonce="${nonce}">${SCRIPT}</script>
</body>
</html>
`
}
