import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const path = (script) => fileURLToPath(new URL(script, import.meta.url))

export const median = (values) => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)]
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Starts the loopback server in a process of its own. */
export function startServer() {
  const child = spawn(process.execPath, [path('server.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    child.stdout.once('data', (port) => {
      const base = `http://127.0.0.1:${String(port).trim()}`
      const control = async (route) => (await fetch(`${base}/control/${route}`)).json()
      resolve({ base, control, stop: () => child.kill() })
    })
  })
}

/** Runs one client in a fresh process and reads the JSON line it ends with. */
export function runClient(script, options, nodeOptions = []) {
  const child = spawn(process.execPath, [...nodeOptions, path(script), ...options.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(output.trim().split('\n').at(-1)))
      else reject(new Error(`${script} ${options.join(' ')} ended with ${code}`))
    })
  })
}

/** Prints a table, and whether each goal was met. */
export function report(title, columns, rows, goals) {
  console.log(`\n## ${title}\n\n| ${columns.join(' | ')} |\n|${columns.map(() => '---').join('|')}|`)
  for (const row of rows) console.log(`| ${row.join(' | ')} |`)
  console.log('')
  for (const { text, value, limit } of goals) {
    const met = value <= limit
    console.log(`${met ? 'met   ' : 'MISSED'} ${text}: ${value.toFixed(2)} (goal: at most ${limit})`)
    if (!met) process.exitCode = 1
  }
}
