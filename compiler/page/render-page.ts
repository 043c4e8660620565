import { invariant } from '../diag/index.ts'

/** The parts of a page as they are built: web/<page>. */
export interface PageParts {
  /** HTML with a comment where each part goes: `<!-- policy -->`, `<!-- title -->`, `<!-- style -->`, `<!-- data -->`, `<!-- script -->`, `<!-- licences -->`. */
  readonly html: string
  readonly style: string
  readonly script: string
  /** Of what the script holds of others: they ask to go wherever it goes. */
  readonly licences: string
}

/**
 * One file that needs nothing else: style, script and data inside. Its policy (CSP level 3) allows just this style and this script, by
 * their SHA-256, and no request at all.
 */
export async function renderPage(parts: PageParts, title: string, document: unknown): Promise<string> {
  const style = parts.style.trim()
  const script = inlineScript(parts.script)
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${await sha256(script)}'`,
    `style-src 'sha256-${await sha256(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const pieces: Readonly<Record<string, string>> = {
    policy: `<meta http-equiv="Content-Security-Policy" content="${policy}" />`,
    title: `<title>${escapeHtml(title)}</title>`,
    style: `<style>${style}</style>`,
    data: `<script type="application/json" id="data">${inlineJson(document)}</script>`,
    script: `<script>${script}</script>`,
    licences: `<!-- ${parts.licences.trim().replaceAll('--', '- -')} -->`,
  }
  const page = parts.html.replace(/<!-- (\w+) -->/g, (comment, name: string) => pieces[name] ?? comment)
  for (const [name, piece] of Object.entries(pieces))
    invariant(page.includes(piece), `the page has a place for its ${name}`)
  return page
}

/** JSON that may stand in a script element: HTML's parser finds neither an end tag nor a comment in it. */
export function inlineJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')
}

/** Our own script, in which `</script` and `<!--` can stand only in a string or a regular expression: there a backslash changes nothing. */
function inlineScript(text: string): string {
  return text.trim().replace(/<(?=\/script|!--)/gi, '\\x3c')
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
}
