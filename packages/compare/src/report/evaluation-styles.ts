import { plotStyles } from '../plots/theme.js'
import { baseStyles } from '../styles.js'

const frame = `
:root { --alarm: #c3302b; --alarm-ground: #fff0ef; --alarm-line: #f3b5b1; }
@media (prefers-color-scheme: dark) { :root { --alarm: #ff9592; --alarm-ground: #3b1213; --alarm-line: #72232d; } }
html { scroll-padding-top: 4rem; }
main { padding-top: clamp(1rem, 3vw, 2.25rem); }
section { margin-top: 3.25rem; }
h2 { font-size: 1.35rem; margin: 0 0 .75rem; }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .6rem; }
h4 { font-size: 1rem; font-weight: 500; margin: 1.5rem 0 .6rem; }
h5 { font-size: .85rem; margin: 1rem 0 .25rem; }
a { color: var(--accent); text-underline-offset: .15em; }
code { font: .85em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
summary { cursor: pointer; color: var(--accent); padding: .35rem 0; width: fit-content; }
summary:focus-visible, .scroll:focus-visible, .plot-table:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .3rem; }
details { margin-top: .75rem; }
figure { margin: 0; }
img { display: block; width: 100%; height: auto; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: .75rem; top: .5rem; z-index: 30; background: var(--card); padding: .5rem .9rem; border-radius: .4rem; }
.banner { position: sticky; top: 0; z-index: 20; margin: 0; padding: .45rem 1rem; color: #2a1e00; text-align: center; font-size: .95rem;
  background: repeating-linear-gradient(-45deg, #ffd43b 0 14px, #ffe27a 14px 28px); border-bottom: 2px solid #2a1e00; }
.kicker { margin: 0 0 .35rem; color: var(--soft); font-weight: 600; font-size: .85rem; }
.lead { text-wrap: pretty; max-width: 52rem; }
.contents { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin-top: 2rem; padding: .6rem 0; border-block: 1px solid var(--line); font-size: .92rem; }
.contents a { text-decoration: none; padding: .15rem 0; }
.contents a:hover { text-decoration: underline; }
footer { margin-top: 4rem; }
`

const verdict = `
.verdict { margin-top: 2rem; }
.unseen { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
.headline { font-size: clamp(1.2rem, 2.6vw, 1.55rem); line-height: 1.35; font-weight: 600; letter-spacing: -.01em; max-width: 56rem; text-wrap: pretty; }
.sentences { margin: 0 0 .75rem; padding-left: 1.15rem; max-width: 56rem; }
.sentences li { margin: .2rem 0; }
.notice { background: var(--note); color: var(--note-ink); border-radius: .6rem; padding: .7rem 1rem; max-width: 56rem; }
.flags { list-style: none; margin: 0 0 1rem; padding: 0; display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
.flag { background: var(--alarm-ground); border: 1px solid var(--alarm-line); border-left: 5px solid var(--alarm); border-radius: .5rem; padding: .7rem 1rem; }
.flag > strong { color: var(--alarm); margin-right: .5rem; }
.flag p { margin: .25rem 0 0; }
.vendor { position: relative; display: inline-block; max-width: 100%; padding-left: 1.1rem; font-weight: 600; overflow-wrap: break-word; }
.vendor svg { position: absolute; left: 0; top: .4em; }
.tag { display: block; width: fit-content; margin-top: .2rem; color: var(--alarm); font-size: .8rem; font-weight: 600; }
.order li { margin: .25rem 0; }
pre { margin: 0 0 .5rem; padding: .9rem 1.1rem; max-width: 56rem; white-space: pre; }
pre code { overflow-wrap: normal; }
`

const tables = `
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .6rem;
  background: linear-gradient(to left, var(--card) 1.5rem, transparent 3rem) right / 3rem 100% no-repeat local,
    linear-gradient(to left, rgb(128 128 128 / .35), transparent) right / 1rem 100% no-repeat scroll, var(--card); }
.scroll table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
.scroll th, .scroll td { text-align: left; vertical-align: top; padding: .55rem .9rem; border-bottom: 1px solid var(--line); min-width: 7rem; }
.scroll tbody:last-child tr:last-child > * { border-bottom: 0; }
.scroll thead th { font-size: .9rem; vertical-align: bottom; }
.scroll th[scope=row] { font-weight: 500; position: sticky; left: 0; background: var(--card); max-width: 18rem; }
.scroll th a { color: inherit; text-decoration-color: var(--line); }
.group th { font-size: .85rem; color: var(--soft); padding-top: 1.1rem; }
.group span { position: sticky; left: .9rem; }
.figures { table-layout: fixed; min-width: calc(12rem + var(--vendors) * 8rem); }
.figures thead th:first-child { width: 17rem; }
.arrow { color: var(--soft); margin-left: .15rem; }
.value { font-weight: 600; }
.value + .range { white-space: nowrap; }
.range { display: block; color: var(--soft); font-size: .82rem; font-weight: 400; }
.line { display: block; }
.absent { color: var(--soft); font-weight: 400; font-size: .9rem; }
.hash { color: var(--soft); }
.measures { display: grid; gap: .9rem 2rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); margin: 0; }
.measures div:target { outline: 3px solid var(--accent); outline-offset: .4rem; border-radius: .2rem; }
.measures dt { font-weight: 600; }
.measures dt .soft { font-weight: 400; }
.measures dd { margin: .1rem 0 0; font-size: .92rem; }
.measures p { margin: .1rem 0 0; }
@media (max-width: 46rem) { .scroll th, .scroll td { padding: .5rem .65rem; min-width: 6.25rem; } .scroll th[scope=row] { max-width: 9.5rem; } .figures thead th:first-child { width: 8.5rem; } .figures { min-width: calc(8.5rem + var(--vendors) * 7.5rem); } .value + .range { white-space: normal; } }
`

const pictures = `
.plot-figure { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; }
.plot-figure figcaption { font-weight: 600; margin-bottom: .5rem; }
#frontier .plot-figure, .across { max-width: 46rem; }
.across { margin-top: 1.25rem; }
.plots { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); align-items: start; }
.photos { display: grid; gap: .5rem; grid-template-columns: repeat(auto-fill, minmax(6rem, 1fr)); padding: 0; margin: 0; list-style: none; }
.photos li { aspect-ratio: 1; --shape: 1; }
.sheet h4 { border-left: 3px solid var(--accent); padding-left: .7rem; margin-top: 2.25rem; }
.vendors { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); }
.by-vendor { min-width: 0; }
.who { display: flex; flex-wrap: wrap; gap: 0 .75rem; align-items: baseline; margin: 0 0 .35rem; }
.who .tag { margin: 0; }
.shots { display: grid; gap: .5rem; grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); }
.cell { aspect-ratio: var(--shape); padding-bottom: 1.7rem; box-sizing: content-box; }
.open { display: block; color: inherit; text-decoration: none; cursor: zoom-in; }
.open img { aspect-ratio: var(--shape); object-fit: cover; border-radius: .4rem; background: var(--line); }
.missing { display: grid; place-content: safe center; overflow-wrap: anywhere; gap: .25rem; aspect-ratio: var(--shape); overflow: hidden; border: 1px dashed var(--alarm); border-radius: .4rem; padding: .6rem;
  color: var(--alarm); text-align: center; font-size: .85rem; }
.badge { display: flex; justify-content: space-between; gap: .5rem; font-size: .85rem; font-variant-numeric: tabular-nums; padding-top: .15rem; }
.fault, .faults { color: var(--alarm); }
.shot figcaption, .controls { display: none; }
body:has(.shot:target) { overflow: hidden; }
.shot:target .badge { display: none; }
.shot:target { position: fixed; inset: 0; z-index: 10; overflow: auto; background: var(--card); padding: 3.5rem clamp(.75rem, 3vw, 2rem) 2rem; outline: 0;
  display: grid; gap: .75rem 1.75rem; grid-template-columns: minmax(0, 44rem) minmax(0, 28rem); grid-template-rows: auto 1fr; align-items: start; justify-content: center; }
.shot:target .open { pointer-events: none; }
.shot:target .open img { max-height: calc(100vh - 9rem); object-fit: contain; background: none; aspect-ratio: auto; }
.shot:target figcaption { display: block; overflow-wrap: anywhere; }
.shot:target .controls { display: flex; gap: 1.25rem; justify-content: flex-end; grid-column: 1 / -1; margin: 0; }
.controls a { padding: .3rem .1rem; }
.shot dl { display: grid; grid-template-columns: 4.5rem 1fr; gap: .15rem .75rem; margin: 0 0 .9rem; }
.shot dt { color: var(--soft); }
.shot dd { margin: 0; }
.shot table { border-collapse: collapse; width: 100%; font-size: .88rem; font-variant-numeric: tabular-nums; }
.shot th, .shot td { text-align: left; font-weight: 400; padding: .25rem .5rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.shot table { table-layout: fixed; }
.shot thead th { color: var(--soft); }
.shot thead th:first-child { width: 48%; }
.faults { margin: 0 0 .9rem; padding-left: 1.1rem; }
p.faults { padding-left: 0; }
.trail { margin: 0; padding-left: 1.1rem; font-size: .88rem; }
@media (max-width: 46rem) { .shots { grid-template-columns: repeat(2, minmax(0, 1fr)); } .shot:target { grid-template-columns: minmax(0, 1fr); }
  .shot:target { padding-top: 4.5rem; } .shot:target .open img { max-height: 60vh; } }
@media print { .banner { position: static; } .contents, .skip { display: none; } .sheet, .plot-figure { break-inside: avoid; } }
`

/** The style sheet of the report. */
export const evaluationStyles = `${baseStyles}${frame}${verdict}${tables}${plotStyles}${pictures}`
