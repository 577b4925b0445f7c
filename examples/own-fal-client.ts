// Uses the fal client that an app has already, key, proxy and all. npx -y pnpm@12 example examples/own-fal-client.ts
import { createFalClient } from '@fal-ai/client'
import { generate } from '@likeness/core'
import { createEmulator } from '@likeness/emulator'
import { createFal } from '@likeness/fal'
import { train } from './train.ts'

const emulator = createEmulator()
try {
  // fal's client has its hosts built in, so only a fetch can send it to the emulator. To go live, leave out `fetch` and
  // `allowedHosts`, which lets pictures come from this machine.
  const { apiKey, queueURL } = emulator.endpoints.fal
  const client = createFalClient({ credentials: apiKey, fetch: emulator.fetch })
  const provider = createFal({ client, fetch: emulator.fetch, allowedHosts: [new URL(queueURL).host] })
  const portfolio = await train(provider)
  const { images, warnings } = await generate({ provider, portfolio, prompt: 'an oil painting of {subject}' })
  for (const { message } of warnings) console.warn(message)
  await images[0]?.save('robot-painting.jpg')
  console.log('Wrote robot-painting.jpg')
} finally {
  await emulator.close()
}
