import sharp from 'sharp'
import { svg } from './pixels.js'

const size = 640

/** A wall, a floor, and a shadow for what stands there. */
function room(wall: readonly [string, string], floor: readonly [string, string], thing: string): string {
  return (
    `<linearGradient id="w" x2="0" y2="1"><stop stop-color="${wall[0]}"/><stop offset="1" stop-color="${wall[1]}"/></linearGradient>` +
    `<linearGradient id="f" x2="0" y2="1"><stop stop-color="${floor[0]}"/><stop offset="1" stop-color="${floor[1]}"/></linearGradient>` +
    '<filter id="b" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="14"/></filter>' +
    `<rect width="${size}" height="420" fill="url(#w)"/><rect y="420" width="${size}" height="220" fill="url(#f)"/>` +
    `<ellipse cx="330" cy="560" rx="170" ry="30" fill="#000" fill-opacity="0.45" filter="url(#b)"/>${thing}`
  )
}

/** Light from the left on something round. */
function round(id: string, light: string, own: string, dark: string): string {
  return (
    `<linearGradient id="${id}"><stop stop-color="${own}"/><stop offset="0.3" stop-color="${light}"/>` +
    `<stop offset="0.65" stop-color="${own}"/><stop offset="1" stop-color="${dark}"/></linearGradient>`
  )
}

const lamp = room(
  ['#8fa3ad', '#c3cdd1'],
  ['#8a6a4b', '#5d452f'],
  round('brass', '#f6e2a6', '#b98d3e', '#5f4316') +
    '<radialGradient id="shade" cy="0.75"><stop stop-color="#fff6d8"/><stop offset="1" stop-color="#d99a4e"/></radialGradient>' +
    '<ellipse cx="320" cy="552" rx="86" ry="20" fill="url(#brass)"/><rect x="311" y="270" width="18" height="284" fill="url(#brass)"/>' +
    '<path d="M245 110h150l70 190h-290z" fill="url(#shade)"/><ellipse cx="320" cy="300" rx="145" ry="16" fill="#8a5a24"/>',
)

const ball = room(
  ['#b9d7ea', '#e6f1f6'],
  ['#d9c08f', '#b3935c'],
  '<radialGradient id="g" cx="0.36" cy="0.3" r="0.75"><stop stop-color="#fff" stop-opacity="0.55"/>' +
    '<stop offset="0.5" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity="0.6"/></radialGradient>' +
    '<circle cx="320" cy="400" r="165" fill="#f4f1e8"/><path d="M320 235a165 165 0 0 0-143 82q90-10 143 83q10-80 0-165z" fill="#d33a2c"/>' +
    '<path d="M177 317a165 165 0 0 0 10 184q30-90 133-101q-53-93-143-83z" fill="#2f6fb7"/>' +
    '<path d="M187 501a165 165 0 0 0 210 44q-90-50-77-145q-103 11-133 101z" fill="#f0b429"/>' +
    '<path d="M397 545a165 165 0 0 0 88-140q-60 50-165-5q-13 95 77 145z" fill="#3b9a57"/>' +
    '<circle cx="320" cy="400" r="165" fill="url(#g)"/>',
)

const cactus = room(
  ['#e7d3c2', '#f3e7dc'],
  ['#6f7f78', '#4b5852'],
  round('stem', '#8ccf86', '#3f8a4a', '#1d4a28') +
    round('pot', '#f0a277', '#bd5f36', '#6b2e16') +
    '<rect x="262" y="120" width="116" height="340" rx="58" fill="url(#stem)"/><rect x="172" y="210" width="58" height="150" rx="29" fill="url(#stem)"/>' +
    '<rect x="186" y="310" width="110" height="54" rx="27" fill="url(#stem)"/><rect x="412" y="170" width="56" height="150" rx="28" fill="url(#stem)"/>' +
    '<rect x="350" y="270" width="108" height="52" rx="26" fill="url(#stem)"/>' +
    '<g stroke="#14361c" stroke-opacity="0.6" stroke-width="3"><path d="M300 140v300M320 130v320M340 140v300"/></g>' +
    '<path d="M215 430h210l-26 130h-158z" fill="url(#pot)"/><rect x="203" y="412" width="234" height="36" rx="8" fill="url(#pot)"/>',
)

const stool = room(
  ['#5b6472', '#8e97a3'],
  ['#b9b3a8', '#8c867c'],
  round('wood', '#e8c08c', '#a9743f', '#5b3a1b') +
    '<path d="M215 260l-40 300h26l50-300zM425 260l40 300h-26l-50-300z" fill="url(#wood)"/><path d="M290 270l-12 270h24l10-270zM350 270l12 270h-24l-10-270z" fill="#6b4624"/>' +
    '<rect x="196" y="420" width="248" height="18" fill="url(#wood)"/><ellipse cx="320" cy="262" rx="160" ry="40" fill="#6b4624"/>' +
    '<ellipse cx="320" cy="248" rx="160" ry="40" fill="url(#wood)"/>',
)

let drawn: Promise<readonly Buffer[]> | undefined

/** "Photos" of things that nobody trained: what a vendor shows that loses a fine-tune and does not say so. */
export async function strangerPhotos(): Promise<readonly Buffer[]> {
  drawn ??= Promise.all(
    [lamp, ball, cactus, stool].map((thing) =>
      sharp(svg(size, size, thing))
        .png()
        .toBuffer(),
    ),
  )
  return await drawn
}
