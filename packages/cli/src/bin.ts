#!/usr/bin/env node
// Old versions of Node must be able to read this file to the end: no syntax newer than dynamic import, and nothing
// else is loaded before the version is known.
var version = process.versions.node.split('.')
var major = Number(version[0])
var minor = Number(version[1])

if (major < 22 || (major === 22 && minor < 13)) {
  console.error(`error: likeness needs Node.js 22.13 or newer; this is ${process.version}.`)
  process.exitCode = 1
} else {
  import('./main.js')
    .then((module) => module.runProcess())
    .then(
      (code) => {
        process.exitCode = code
      },
      (error) => {
        console.error(`error: ${error instanceof Error ? error.message : String(error)}`)
        process.exitCode = 1
      },
    )
}
