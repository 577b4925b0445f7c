// A vendor on loopback that speaks as much of fal's queue and storage as the measures need, as cheaply as it can.
//   POST /<namespace>/<app>            submit; the job takes as long as /control/job-time/<ms> said
//   GET  .../requests/<id>[/status]    status and result
//   POST /storage/upload/initiate, PUT /put
//   GET  /image/<name>                 a megabyte that begins like a PNG
//   GET  /control/...                  job-time/<ms>, drop/<on|off>, counts (reads and resets)
import http from 'node:http'

const jobs = new Map()
const json = { 'content-type': 'application/json' }
let counts = {}
let jobTime = 0
let drop = false
let next = 0

const now = () => performance.timeOrigin + performance.now()
const count = (what) => {
  counts[what] = (counts[what] ?? 0) + 1
}
const send = (response, body) => {
  const text = JSON.stringify(body)
  response.writeHead(200, {
    ...json,
    'content-length': Buffer.byteLength(text),
    'x-fal-request-id': 'r',
    'x-fal-billable-units': '4',
  })
  response.end(text)
}
const result = (base, doneAt) => ({
  images: [0, 1, 2, 3].map((index) => ({
    url: `${base}/image/${index}.png`,
    width: 1024,
    height: 768,
    content_type: 'image/png',
  })),
  timings: { inference: 1.2, done_at: doneAt },
  seed: 6252023,
  has_nsfw_concepts: [false, false, false, false],
  prompt: 'portrait photo of ohwx man, 85mm, soft light, high detail, film grain, studio background',
})

const picture = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(1_000_000)])

function answer(request, response, bytes) {
  const path = request.url.split('?', 1)[0]
  const parts = path.split('/')
  const base = `http://${request.headers.host}`
  if (parts[1] === 'control') {
    const [, , what, value] = parts
    if (what === 'job-time') jobTime = Number(value)
    if (what === 'drop') drop = value === 'on'
    const read = counts
    if (what === 'counts') counts = {}
    return send(response, read)
  }
  if (parts[1] === 'image') {
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': picture.length })
    return response.end(picture)
  }
  if (path === '/storage/upload/initiate' || path === '/storage/upload/initiate-multipart') {
    count('initiate')
    return send(response, { upload_url: `${base}/put`, file_url: `${base}/file.zip` })
  }
  if (parts[1] === 'put') {
    counts.bytes = (counts.bytes ?? 0) + bytes
    if (parts[2] === undefined || request.method === 'PUT') count('put')
    return send(response, { partNumber: Number(parts[2] ?? 1), etag: 'e' })
  }
  const at = parts.indexOf('requests')
  if (at < 0) {
    count(request.method)
    if (drop) return request.socket.destroy()
    next += 1
    const id = `00000000-0000-4000-8000-${String(next).padStart(12, '0')}`
    jobs.set(id, now() + jobTime)
    const url = `${base}/${parts[1]}/${parts[2]}/requests/${id}`
    return send(response, {
      status: 'IN_QUEUE',
      request_id: id,
      response_url: url,
      status_url: `${url}/status`,
      cancel_url: `${url}/cancel`,
      queue_position: 0,
    })
  }
  const id = parts[at + 1]
  const doneAt = jobs.get(id) ?? 0
  if (parts[at + 2] === 'status') {
    count('status')
    const status = now() >= doneAt ? 'COMPLETED' : 'IN_PROGRESS'
    return send(response, {
      status,
      request_id: id,
      response_url: `${base}${path.slice(0, -'/status'.length)}`,
      logs: null,
      metrics: {},
    })
  }
  count('result')
  return send(response, result(base, doneAt))
}

const server = http.createServer((request, response) => {
  let bytes = 0
  request.on('data', (chunk) => {
    bytes += chunk.length
  })
  request.on('end', () => answer(request, response, bytes))
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
