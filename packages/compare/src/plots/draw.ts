import { lazy } from '@likeness/core'
import type { Markish, PlotOptions } from '@observablehq/plot'
import { fontSize } from './text.js'
import { plotTheme } from './theme.js'

/** The drawing library, loaded when the first plot is drawn. */
export const loadLibrary = lazy(() => import('@observablehq/plot'))
const loadDom = lazy(() => import('linkedom'))

/** The drawing library as a value. */
export type Library = Awaited<ReturnType<typeof loadLibrary>>

/** What one kind of plot hands over to be drawn. */
export interface Drawing extends Pick<PlotOptions, 'x' | 'y'> {
  readonly height: number
  readonly margins: { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number }
  readonly marks: readonly Markish[]
}

/** How a drawing is named and embedded. */
export interface Frame {
  /** In pixels; the picture scales down below it. */
  readonly width: number
  readonly title: string
  readonly description: string
  /** Unique on the page: the ids of title and description begin with it. */
  readonly id: string
  /** CSS classes beside `likeness-plot`. */
  readonly className?: string | undefined
  /** True for a file of its own, which brings its colours. */
  readonly standalone: boolean
}

/** Draws marks as the markup of an SVG that loads nothing, needs no script, and names itself to screen readers. */
export async function draw(drawing: Drawing, frame: Frame): Promise<string> {
  const [library, { parseHTML }] = await Promise.all([loadLibrary(), loadDom()])
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const { height, margins, marks, x, y } = drawing
  const svg = library.plot({
    document,
    width: frame.width,
    height,
    marginTop: margins.top,
    marginRight: margins.right,
    marginBottom: margins.bottom,
    marginLeft: margins.left,
    className: 'likeness-plot',
    opacity: { type: 'identity' },
    color: { type: 'identity' },
    ...(x === undefined ? {} : { x }),
    ...(y === undefined ? {} : { y }),
    marks: [...marks],
  })
  // The library's own style sheet names white as the ground, in the dark too.
  svg.querySelector('style')?.remove()
  // Marks are no figures of their own: the picture is read by its title and description.
  for (const marked of svg.querySelectorAll('[aria-label]')) marked.removeAttribute('aria-label')
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    class: ['likeness-plot', frame.className ?? []].flat().join(' '),
    'font-size': String(fontSize),
    role: 'img',
    'aria-labelledby': `${frame.id}-title ${frame.id}-description`,
  }
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value)
  const child = (tag: string, text: string, id?: string) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', tag)
    element.textContent = text
    if (id !== undefined) element.setAttribute('id', id)
    return element
  }
  const head = [
    child('title', frame.title, `${frame.id}-title`),
    child('desc', frame.description, `${frame.id}-description`),
    ...(frame.standalone ? [child('style', plotTheme)] : []),
  ]
  svg.prepend(...head)
  return svg.outerHTML
}
