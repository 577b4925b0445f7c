/** The style sheet of the voting pages. Light and dark; pictures side by side down to a phone held upright. */
export const voteStyles = `
:root { color-scheme: light dark; --ink: #1c2024; --soft: #60646c; --line: #d9d9e0; --paper: #fcfcfd; --card: #fff;
  --accent: #0d74ce; --on-accent: #fff; --bad: #c3302b; --note-ink: #7a4b00; --note: #fff3d6; }
@media (prefers-color-scheme: dark) { :root { --ink: #edeef0; --soft: #a7abb3; --line: #363a3f; --paper: #111113;
  --card: #1a1b1e; --accent: #70b8ff; --on-accent: #0b1f33; --bad: #ff9592; --note-ink: #ffca16; --note: #2b2310; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.45 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 84rem; margin: 0 auto; padding: .75rem clamp(.75rem, 3vw, 2rem) 1.5rem; }
h1 { font-size: clamp(1.25rem, 3vw, 1.7rem); line-height: 1.2; letter-spacing: -.015em; margin: .6rem 0 .2rem; text-wrap: balance; }
h1:focus { outline: none; }
h2 { font-size: .95rem; font-weight: 600; margin: 0; }
p, .narrow form { margin: 0 0 .75rem; }
a { color: var(--accent); }
.soft { color: var(--soft); font-size: .875rem; font-weight: 400; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.narrow { max-width: 36rem; margin: 8vh auto 0; }
.wide { max-width: 52rem; margin: 3vh auto 0; }
.notice { background: var(--note); color: var(--note-ink); border-radius: .5rem; padding: .2rem .8rem; margin: 0; }
.trouble { color: var(--bad); }
body > .trouble { position: sticky; top: 0; z-index: 1; margin: 0; padding: .6rem 1rem; background: var(--card); border-bottom: 2px solid; }
.bar { display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; align-items: center; justify-content: space-between; font-size: .875rem; }
.voter, .progress { display: flex; flex-wrap: wrap; gap: .2rem .7rem; align-items: center; }
progress { width: 9rem; height: .5rem; accent-color: var(--accent); }
button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .65rem 1.1rem;
  min-height: 2.75rem; cursor: pointer; touch-action: manipulation; }
button:hover { border-color: var(--accent); }
button:focus-visible, a:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button:disabled { opacity: .45; cursor: default; border-color: var(--line); }
button.main { background: var(--accent); color: var(--on-accent); border-color: transparent; font-weight: 600; padding-inline: 1.6rem; }
button.plain { border: 0; background: none; padding: 0 .2rem; min-height: 2rem; color: var(--accent); text-decoration: underline; }
kbd { font: 600 .75rem/1 ui-monospace, monospace; border: 1px solid var(--line); border-radius: .3rem; padding: .15rem .4rem; margin-left: .4rem; color: var(--soft); }
@media (hover: none) and (pointer: coarse) { kbd, .keys { display: none; } }
.photos { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; margin-top: .5rem; }
.photos ul { display: flex; gap: .4rem; margin: 0; padding: 0; list-style: none; overflow-x: auto; }
.photos img { display: block; height: clamp(3.5rem, 10vh, 5.5rem); width: auto; border-radius: .4rem; background: var(--line); }
.asked { margin: 0 0 .6rem; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: clamp(.5rem, 1.5vw, 1.25rem); }
.picture { display: flex; flex-direction: column; padding: .5rem; gap: .5rem; align-items: center; border-radius: .9rem; background: var(--card); }
.picture img { display: block; width: 100%; height: max(14rem, calc(100vh - 23rem)); height: max(14rem, calc(100dvh - 23rem)); object-fit: contain; border-radius: .5rem; }
.picture .label { font-weight: 600; padding: .2rem; }
.others { display: flex; flex-wrap: wrap; justify-content: center; gap: .6rem; margin: .8rem 0; }
.others button { flex: 0 1 12.5rem; }
.end { text-align: center; margin: 0; }
@media (max-height: 32rem) { .photos img { height: 2.75rem; } .picture img { height: max(10rem, calc(100vh - 19rem)); height: max(10rem, calc(100dvh - 19rem)); } }
@media (max-width: 34rem) { main { padding-top: .25rem; } .bar { gap: 0 1rem; } .progress .soft { display: none; } progress { width: 5rem; }
  .photos { margin-top: .2rem; flex-wrap: nowrap; } .photos h2 { flex-shrink: 0; } .photos h2 .soft { display: block; } .photos img { height: 3rem; } h1 { font-size: 1.1rem; }
  .asked { margin-bottom: .4rem; font-size: .875rem; } .pair { grid-template-columns: 1fr; } .picture { gap: .25rem; }
  .picture img { height: max(9rem, calc(50vh - 12.75rem)); height: max(9rem, calc(50dvh - 12.75rem)); }
  .others { gap: .4rem; flex-wrap: nowrap; margin: .5rem 0; } .others button { flex: 1 1 0; padding-inline: .3rem; } kbd, .keys { display: none; } }
.name { display: grid; gap: .5rem; justify-items: start; margin: 1.25rem 0; }
.name label { font-weight: 600; }
.name input { font: inherit; width: 100%; padding: .6rem .8rem; border: 1px solid var(--soft); border-radius: .6rem; background: var(--card); color: inherit; }
.name p { margin: 0 0 .4rem; }
.headline { font-size: 1.15rem; font-weight: 600; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .75rem; background: var(--card); margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding: .7rem 1rem 0; color: var(--soft); font-size: .875rem; }
th, td { text-align: left; padding: .6rem 1rem; border-bottom: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 0; }
thead th { font-size: .8rem; color: var(--soft); }
@media (max-width: 34rem) { th, td { padding: .5rem; } caption { padding-inline: .5rem; } }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.share { display: block; width: 12rem; max-width: 100%; height: 1.4rem; color: var(--accent); }
.share circle { fill: currentcolor; }
.share .axis { stroke: var(--line); stroke-width: 1; }
.share .range { stroke: currentcolor; stroke-width: 2.5; }
footer { max-width: 84rem; margin: 0 auto; padding: .5rem clamp(.75rem, 3vw, 2rem) 1rem; color: var(--note-ink); font-size: .875rem; }
`
