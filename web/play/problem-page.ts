const escaped: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escape = (text: string): string => text.replace(/[&<>"]/g, (char) => escaped[char]!)

/** A response that tells why there is none of the guest's. */
export function problemPage(message: string, hint?: string): Response {
  const body = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>No answer from the guest</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.5rem}h1{font-size:1.1rem}p{opacity:.8}</style>
<h1>${escape(message)}</h1>${hint === undefined ? '' : `<p>${escape(hint)}</p>`}
<p><a href="">Try again</a></p></html>`
  return new Response(body, { status: 502, headers: { 'content-type': 'text/html; charset=utf-8' } })
}
