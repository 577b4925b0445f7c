// Trains a subject and keeps its portfolio. npx -y pnpm@12 example examples/train.ts
import { writeFile } from 'node:fs/promises'
import { loadProviders } from '@likeness/cli'
import { addModel, createPortfolio, fineTune, formatUSD, type Portfolio, type Provider } from '@likeness/core'

/** Trains the toy robot of the photos beside this file. */
export async function train(provider: Provider): Promise<Portfolio> {
  const subject = { className: 'robot', kind: 'product', name: 'Pip' } as const
  const { model, cost, durationMs, warnings } = await fineTune({
    provider,
    subject,
    images: [`${import.meta.dirname}/photos`],
    trigger: 'ohwx', // a rare word, to tell this robot from all others
    onStatus: ({ state }) => console.log(state),
  })
  for (const { message } of warnings) console.warn(message)
  console.log(
    `Trained at ${provider.id} in ${durationMs} ms for ${cost ? formatUSD(cost.amount) : 'an unknown price'}.`,
  )
  return addModel(createPortfolio(subject), model)
}

if (import.meta.main) {
  const providers = await loadProviders({ cwd: import.meta.dirname })
  try {
    const portfolio = await train(await providers.get())
    await writeFile('robot.portfolio.json', JSON.stringify(portfolio, undefined, 2))
    console.log('Wrote robot.portfolio.json')
  } finally {
    await providers.close()
  }
}
