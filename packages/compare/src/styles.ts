/** Colours, letters and measures of every page. Light and dark, from a phone's width up, without a script. */
export const baseStyles = `
:root { color-scheme: light dark; --ink: #1c2024; --soft: #60646c; --line: #e0e1e6; --paper: #fcfcfd; --card: #fff;
  --accent: #0d74ce; --good: #1b7f4d; --bad: #c3302b; --note-ink: #7a4b00; --note: #fff3d6; }
@media (prefers-color-scheme: dark) { :root { --ink: #edeef0; --soft: #a7abb3; --line: #363a3f; --paper: #111113;
  --card: #1a1b1e; --accent: #70b8ff; --good: #3dd68c; --bad: #ff9592; --note-ink: #ffca16; --note: #2b2310; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: clamp(1rem, 4vw, 3rem) clamp(.75rem, 3vw, 2rem) 4rem; }
h1 { font-size: clamp(1.6rem, 4vw, 2.4rem); line-height: 1.15; letter-spacing: -.02em; margin: 0 0 .4rem; text-wrap: balance; }
h2 { font-size: 1.2rem; margin: 2.75rem 0 .9rem; letter-spacing: -.01em; }
p { margin: 0 0 .75rem; }
.lead { color: var(--soft); max-width: 46rem; text-wrap: balance; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.soft { color: var(--soft); font-size: .85rem; }
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .5rem; }
footer { margin-top: 3rem; color: var(--soft); font-size: .85rem; border-top: 1px solid var(--line); padding-top: 1rem; }
`

/** The style sheet of the page that shows one subject at several providers. */
export const styles = `${baseStyles}
h1::first-letter { text-transform: uppercase; }
.emulated { background: var(--note); color: var(--note-ink); border-radius: .6rem; padding: .7rem 1rem; margin: 1.25rem 0 0; font-weight: 500; }
.photos { display: grid; gap: .6rem; grid-template-columns: repeat(auto-fill, minmax(7.5rem, 1fr)); padding: 0; margin: 0; list-style: none; }
.photos img { aspect-ratio: 1; object-fit: cover; }
img { display: block; width: 100%; height: auto; border-radius: .5rem; background: var(--line); }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .75rem;
  background: linear-gradient(to left, var(--card) 1.5rem, transparent 3rem) right / 3rem 100% no-repeat local,
    linear-gradient(to left, rgb(128 128 128 / .35), transparent) right / 1rem 100% no-repeat scroll, var(--card); }
.summary { border-collapse: collapse; width: 100%; min-width: 38rem; }
.summary th, .summary td { text-align: left; padding: .65rem 1rem; border-bottom: 1px solid var(--line); vertical-align: top; }
.summary tbody tr:last-child > * { border-bottom: 0; }
.summary th, .summary .soft { white-space: nowrap; }
.summary thead th { font-size: .8rem; color: var(--soft); font-weight: 600; }
.prompt { margin: 0 0 2.25rem; }
.prompt h3 { font-size: 1rem; font-weight: 500; margin: 0 0 .75rem; padding-left: .8rem; border-left: 3px solid var(--accent); }
.pictures { display: grid; gap: 1rem; grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); }
@media (max-width: 46rem) { .pictures { grid-template-columns: 1fr; } }
figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: .6rem; }
figcaption { padding: .55rem .25rem .1rem; }
figcaption strong { font-weight: 600; }
.facts { display: flex; flex-wrap: wrap; gap: .1rem .9rem; font-size: .9rem; font-variant-numeric: tabular-nums; }
.missing { display: grid; place-content: center; aspect-ratio: 1; border: 1px dashed var(--bad); border-radius: .5rem; padding: 1rem; color: var(--bad); text-align: center; }
ul.warnings { margin: .4rem 0 0; padding: 0 0 0 1.1rem; color: var(--note-ink); font-size: .85rem; }
a.zoom { display: block; cursor: zoom-in; }
.close { display: none; }
figure:target .close { display: block; position: fixed; inset: 0; z-index: 2; background: rgb(0 0 0 / .9); color: #fff; padding: 1rem; text-align: right; cursor: zoom-out; }
figure:target img { position: fixed; inset: 0; z-index: 3; margin: auto; width: auto; height: auto; max-width: 96vw; max-height: 90vh; pointer-events: none; }
.routed { display: grid; grid-template-rows: subgrid; grid-row: span 3; gap: .6rem; align-content: start; }
.routed h3 { font-size: 1rem; font-weight: 500; margin: 0; padding-left: .8rem; border-left: 3px solid var(--accent); align-self: start; }
@media (max-width: 46rem) { .routed { margin-bottom: 1.25rem; } }
.trail { margin: 0; padding: 0; list-style: none; display: grid; gap: .4rem; align-content: start; font-size: .9rem; }
.step { padding: .45rem .7rem; border-left: 3px solid var(--bad); background: var(--card); border-radius: 0 .4rem .4rem 0; }
.step.good { border-left-color: var(--good); }
.step .number { color: var(--soft); margin-left: .5rem; }
`
