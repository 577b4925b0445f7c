import { type Html, html } from '../html.js'

interface Page {
  readonly title: string
  /** Read out by screen readers when the page is exchanged without being loaded anew. */
  readonly announce?: string | undefined
  /** Whether the vendors of the run were emulated. */
  readonly emulated: boolean | undefined
  readonly main: Html
}

/** A whole page. Addresses are relative, so that it can stand under any path. */
export function renderPage({ title, announce, emulated, main }: Page): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
<script type="module" src="script.js"></script>
</head>
<body>
<p id="status" class="hidden" role="status"></p>
<p id="trouble" class="trouble" role="alert" hidden></p>
<main data-announce="${announce ?? title}">
${main}
</main>
${
  emulated
    ? html`<footer>The vendors of this run were emulated: these pictures say nothing about real ones.</footer>`
    : undefined
}
</body>
</html>
`
  return page.html
}

/** A page that says one thing, with a way back. */
export function renderMessage(title: string, message: string, emulated?: boolean): string {
  const main = html`<h1>${title}</h1><p>${message}</p><p><a href="./">Go on voting</a></p>`
  return renderPage({ title, emulated, main })
}
