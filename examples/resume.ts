// Starts a training in one process, kills it, and finishes the training in another.
// npx -y pnpm@12 example examples/resume.ts
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { loadProviders } from '@likeness/cli'
import { resume, startFineTune } from '@likeness/core'
import { jobHandleSchema } from '@likeness/core/schemas'
import { createEmulator } from '@likeness/emulator'

const file = 'robot.job.json'

async function start(): Promise<void> {
  const providers = await loadProviders({ cwd: import.meta.dirname })
  const { handle } = await startFineTune({
    provider: await providers.get(),
    subject: { className: 'robot', kind: 'product' },
    images: [`${import.meta.dirname}/photos`],
    trigger: 'ohwx',
  })
  await writeFile(file, JSON.stringify(handle))
  console.log('The vendor has accepted the training; now this process is killed.')
  process.kill(process.pid, 'SIGKILL')
}

async function finish(): Promise<void> {
  const providers = await loadProviders({ cwd: import.meta.dirname })
  const handle = jobHandleSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  const result = await resume(handle, await providers.get())
  if (result.kind === 'fine-tune') console.log(`Another process has the model ${result.model.id}.`)
}

async function main(): Promise<void> {
  // Stands for the vendor, which outlives both processes.
  const emulator = createEmulator()
  const { control } = await emulator.listen()
  const env = { ...process.env, LIKENESS_EMULATOR: control }
  try {
    for (const step of ['start', 'finish']) await once(fork(import.meta.filename, [step], { env }), 'exit')
    console.log(`Billed trainings: ${emulator.vendors.fal.invoice.length}`)
  } finally {
    await emulator.close()
    await rm(file, { force: true })
  }
}

await (process.argv[2] === 'start' ? start() : process.argv[2] === 'finish' ? finish() : main())
