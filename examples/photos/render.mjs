// Renders the training photos of the demo: a small toy robot, from eight sides and in eight rooms.
// Signed distance fields, marched per pixel; run from this folder with `node render.mjs`.
import sharp from 'sharp'

const SIZE = 1024
const SAMPLES = 2

const add = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
const sub = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
const scale = (a, s) => [a[0] * s, a[1] * s, a[2] * s]
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
const normal = (a) => scale(a, 1 / Math.hypot(a[0], a[1], a[2]))
const mix = (a, b, t) => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]
const clamp = (x, low = 0, high = 1) => Math.min(high, Math.max(low, x))

const sphere = (x, y, z, r) => Math.hypot(x, y, z) - r
const roundBox = (x, y, z, w, h, d, r) => {
  const qx = Math.abs(x) - w + r
  const qy = Math.abs(y) - h + r
  const qz = Math.abs(z) - d + r
  const outside = Math.hypot(Math.max(qx, 0), Math.max(qy, 0), Math.max(qz, 0))
  return outside + Math.min(Math.max(qx, qy, qz), 0) - r
}
const capsule = (x, y, z, ax, ay, az, bx, by, bz, r) => {
  const px = x - ax
  const py = y - ay
  const pz = z - az
  const dx = bx - ax
  const dy = by - ay
  const dz = bz - az
  const t = clamp((px * dx + py * dy + pz * dz) / (dx * dx + dy * dy + dz * dz))
  return Math.hypot(px - dx * t, py - dy * t, pz - dz * t) - r
}
const cylinderX = (x, y, z, r, h) => {
  const d1 = Math.hypot(y, z) - r + 0.03
  const d2 = Math.abs(x) - h + 0.03
  return Math.min(Math.max(d1, d2), 0) + Math.hypot(Math.max(d1, 0), Math.max(d2, 0)) - 0.03
}

// Parts of the robot: distance and material, the robot standing on y = 0, 2.1 high, looking towards +z.
const parts = [
  ['body', (x, y, z) => roundBox(x, y - 0.78, z, 0.5, 0.46, 0.36, 0.14)],
  ['head', (x, y, z) => roundBox(x, y - 1.58, z, 0.42, 0.3, 0.32, 0.13)],
  ['metal', (x, y, z) => capsule(x, y, z, 0, 1.2, 0, 0, 1.35, 0, 0.12)],
  ['visor', (x, y, z) => roundBox(x, y - 1.6, z - 0.27, 0.33, 0.18, 0.08, 0.07)],
  ['eye', (x, y, z) => sphere(Math.abs(x) - 0.15, y - 1.61, z - 0.33, 0.075)],
  ['metal', (x, y, z) => capsule(x, y, z, 0, 1.86, 0, 0.04, 2.12, 0, 0.022)],
  ['red', (x, y, z) => sphere(x - 0.04, y - 2.17, z, 0.085)],
  ['metal', (x, y, z) => capsule(Math.abs(x), y, z, 0.48, 1.02, 0, 0.68, 0.72, 0.16, 0.075)],
  ['red', (x, y, z) => sphere(Math.abs(x) - 0.7, y - 0.66, z - 0.2, 0.13)],
  ['wheel', (x, y, z) => cylinderX(Math.abs(x) - 0.4, y - 0.26, z, 0.26, 0.12)],
  ['metal', (x, y, z) => cylinderX(Math.abs(x) - 0.48, y - 0.26, z, 0.1, 0.06)],
  ['red', (x, y, z) => sphere(x, y - 0.98, z - 0.35, 0.07)],
  ['panel', (x, y, z) => roundBox(x, y - 0.7, z - 0.34, 0.26, 0.15, 0.05, 0.04)],
]
const colours = {
  body: [0.05, 0.42, 0.47],
  head: [0.9, 0.82, 0.66],
  metal: [0.45, 0.47, 0.5],
  visor: [0.05, 0.06, 0.09],
  eye: [0.55, 0.95, 1],
  red: [0.78, 0.12, 0.08],
  wheel: [0.07, 0.07, 0.08],
  panel: [0.93, 0.72, 0.2],
}

function nearest(p) {
  let distance = Infinity
  let material = 'body'
  for (const [name, shape] of parts) {
    const d = shape(p[0], p[1], p[2])
    if (d < distance) {
      distance = d
      material = name
    }
  }
  return { distance, material }
}
// Outside a ball around the robot its parts need not be asked one by one.
const robot = (p) => {
  const ball = Math.hypot(p[0], p[1] - 1.1, p[2]) - 1.45
  return ball > 0.3 ? ball : nearest(p).distance
}
const scene = (p) => Math.min(robot(p), p[1])

function march(origin, direction, far) {
  let t = 0.01
  for (let step = 0; step < 110 && t < far; step += 1) {
    const d = scene(add(origin, scale(direction, t)))
    if (d < 0.0012) return t
    t += d
  }
  return undefined
}
function gradient(p) {
  const e = 0.0015
  return normal([
    scene([p[0] + e, p[1], p[2]]) - scene([p[0] - e, p[1], p[2]]),
    scene([p[0], p[1] + e, p[2]]) - scene([p[0], p[1] - e, p[2]]),
    scene([p[0], p[1], p[2] + e]) - scene([p[0], p[1], p[2] - e]),
  ])
}
function shadow(p, light) {
  let lit = 1
  for (let t = 0.03, step = 0; t < 4 && step < 40; step += 1) {
    const d = robot(add(p, scale(light, t)))
    if (d < 0.001) return 0
    lit = Math.min(lit, (10 * d) / t)
    t += clamp(d, 0.02, 0.25)
  }
  return lit
}
function occlusion(p, n) {
  let sum = 0
  for (let i = 1; i <= 4; i += 1) sum += (0.09 * i - scene(add(p, scale(n, 0.09 * i)))) / 2 ** i
  return clamp(1 - 2.2 * sum)
}

const checks = (x, z) => (Math.floor(x * 1.4) + Math.floor(z * 1.4)) & 1
const boards = (x, z) => 0.86 + 0.1 * (Math.floor(x * 2.2) & 1) + 0.05 * Math.sin(z * 9 + Math.sin(x * 31) * 2)

/** One photo each: where the camera stands (degrees around, height, distance), the room, the light. */
const photos = [
  {
    around: 12,
    height: 1.5,
    distance: 5.2,
    wall: [0.72, 0.8, 0.86],
    floor: [0.72, 0.5, 0.32],
    wood: true,
    sun: [0.6, 0.9, 0.5],
  },
  {
    around: -38,
    height: 1.9,
    distance: 5.4,
    wall: [0.93, 0.86, 0.76],
    floor: [0.8, 0.78, 0.74],
    sun: [-0.7, 0.8, 0.6],
  },
  { around: 55, height: 1.2, distance: 5, wall: [0.42, 0.5, 0.42], floor: [0.34, 0.42, 0.24], sun: [0.8, 0.7, 0.2] },
  {
    around: -8,
    height: 2.6,
    distance: 5.3,
    wall: [0.9, 0.6, 0.52],
    floor: [0.86, 0.84, 0.8],
    checks: true,
    sun: [0.2, 1, 0.7],
  },
  {
    around: 84,
    height: 1.6,
    distance: 5.2,
    wall: [0.5, 0.56, 0.7],
    floor: [0.6, 0.56, 0.5],
    wood: true,
    sun: [0.9, 0.6, 0.6],
  },
  {
    around: -70,
    height: 1.4,
    distance: 5,
    wall: [0.95, 0.91, 0.85],
    floor: [0.55, 0.36, 0.25],
    wood: true,
    sun: [-0.5, 0.7, 0.9],
  },
  { around: 28, height: 0.9, distance: 4.3, wall: [0.16, 0.2, 0.3], floor: [0.22, 0.24, 0.3], sun: [0.5, 0.8, 0.9] },
  {
    around: -20,
    height: 2.1,
    distance: 4.1,
    wall: [0.97, 0.82, 0.45],
    floor: [0.95, 0.9, 0.82],
    sun: [-0.3, 0.9, 0.8],
  },
]

function shade(photo, origin, direction) {
  const light = normal(photo.sun)
  const sky = (d) => mix(scale(photo.wall, 0.82), mix(photo.wall, [1, 1, 1], 0.25), clamp(0.5 + d[1] * 1.2))
  const t = march(origin, direction, 14)
  if (t === undefined) return sky(direction)
  const p = add(origin, scale(direction, t))
  const n = gradient(p)
  const { distance, material } = nearest(p)
  const isFloor = distance > 0.01
  let colour = isFloor ? photo.floor : colours[material]
  if (isFloor && photo.wood) colour = scale(colour, boards(p[0], p[2]))
  if (isFloor && photo.checks && checks(p[0], p[2])) colour = scale(colour, 0.55)
  const lit = Math.max(0, dot(n, light)) * shadow(p, light)
  const ambient = occlusion(p, n) * (0.55 + 0.45 * n[1])
  const warm = [1.25 * lit, 1.15 * lit, 0.98 * lit]
  let result = [0, 1, 2].map((i) => colour[i] * (warm[i] + 0.5 * ambient * (0.6 + 0.4 * photo.wall[i])))
  if (!isFloor) {
    const half = normal(sub(light, direction))
    const gloss = material === 'visor' || material === 'metal' ? 90 : 40
    const shine = Math.max(0, dot(n, half)) ** gloss * lit * (material === 'wheel' ? 0.15 : 0.6)
    const rim = (1 - Math.max(0, -dot(n, direction))) ** 4 * 0.35 * ambient
    result = result.map((value, i) => value + shine + rim * photo.wall[i])
    if (material === 'eye') result = mix(result, colours.eye, 0.75)
  }
  return mix(result, sky(direction), isFloor ? clamp((t - 5) / 7) : 0)
}

async function render(photo, file) {
  const angle = (photo.around * Math.PI) / 180
  const origin = [Math.sin(angle) * photo.distance, photo.height, Math.cos(angle) * photo.distance]
  const forward = normal(sub([0, 1.05, 0], origin))
  const right = normal(cross(forward, [0, 1, 0]))
  const up = cross(right, forward)
  const pixels = Buffer.alloc(SIZE * SIZE * 3)
  for (let y = 0; y < SIZE; y += 1) {
    for (let x = 0; x < SIZE; x += 1) {
      let sum = [0, 0, 0]
      for (let s = 0; s < SAMPLES * SAMPLES; s += 1) {
        const u = ((x + ((s % SAMPLES) + 0.5) / SAMPLES) / SIZE) * 2 - 1
        const v = 1 - ((y + (Math.floor(s / SAMPLES) + 0.5) / SAMPLES) / SIZE) * 2
        const direction = normal(add(forward, add(scale(right, u * 0.36), scale(up, v * 0.36))))
        sum = add(sum, shade(photo, origin, direction))
      }
      const at = (y * SIZE + x) * 3
      for (let i = 0; i < 3; i += 1) {
        const linear = sum[i] / (SAMPLES * SAMPLES)
        pixels[at + i] = Math.round(255 * clamp(linear / (1 + 0.25 * linear) / 0.85) ** (1 / 1.7))
      }
    }
  }
  await sharp(pixels, { raw: { width: SIZE, height: SIZE, channels: 3 } })
    .jpeg({ quality: 86, mozjpeg: true })
    .toFile(file)
}

for (const [index, photo] of photos.entries()) {
  await render(photo, new URL(`robot-${index + 1}.jpg`, import.meta.url).pathname)
}
