// The same program at any vendor: only the config file differs.
// npx -y pnpm@12 example examples/swap/program.ts fal
import { loadProviders } from '@likeness/cli'
import { generate } from '@likeness/core'
import { train } from '../train.ts'

const vendor = process.argv[2] ?? 'fal'
const providers = await loadProviders({ config: `${import.meta.dirname}/${vendor}.yaml` })
try {
  const provider = await providers.get('main')
  const portfolio = await train(provider)
  const prompt = 'a pencil sketch of {subject}'
  const { images, warnings } = await generate({ provider, portfolio, prompt, size: '1024x1024', seed: 7 })
  for (const { message } of warnings) console.warn(message)
  await images[0]?.save(`robot-${vendor}.jpg`)
  console.log(`Wrote robot-${vendor}.jpg`)
} finally {
  await providers.close()
}
