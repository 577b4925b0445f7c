// Trains a subject, then makes two pictures of it. npx -y pnpm@12 example examples/generate.ts
import { loadProviders } from '@likeness/cli'
import { formatUSD, generate } from '@likeness/core'
import { train } from './train.ts'

const providers = await loadProviders({ cwd: import.meta.dirname })
try {
  const provider = await providers.get()
  // With a vendor you would read the portfolio back instead; the emulator forgets its models when this program ends.
  const portfolio = await train(provider)
  const { images, failures, cost, warnings } = await generate({
    provider,
    portfolio,
    prompt: 'a watercolor of {subject} on a beach at sunset',
    n: 2,
    size: '1024x768',
    seed: 7,
  })
  for (const { message } of warnings) console.warn(message)
  for (const { error } of failures) console.error(error.message)
  for (const [index, image] of images.entries()) {
    await image.save(`robot-${index + 1}.jpg`)
    // Not every vendor tells the seed of every picture.
    const seed = image.seed === undefined ? '' : `, seed ${image.seed}`
    console.log(`Wrote robot-${index + 1}.jpg, ${image.width} x ${image.height}${seed}`)
  }
  console.log(`Cost: ${cost ? formatUSD(cost.amount) : 'unknown'}`)
} finally {
  await providers.close()
}
