import * as z from 'zod'
import { createWorld, type World } from './world.js'

const providers = { fal: { adapter: 'fal' }, astria: { adapter: 'astria' }, segmind: { adapter: 'segmind' } }

/** A router that asks fal, then Astria. */
export const best = { strategy: { mode: 'fallback' }, targets: [{ provider: 'fal' }, { provider: 'astria' }] }

const step = z.object({ target: z.string(), outcome: z.string(), kind: z.string().optional() })

const resultsSchema = z.object({
  results: z.array(z.object({ job: z.string().optional(), trail: z.array(step).optional() })),
})

const entriesSchema = z.object({
  entries: z.array(
    z.object({
      provider: z.string(),
      state: z.string(),
      jobId: z.string().optional(),
      cost: z.object({ amount: z.int() }).optional(),
    }),
  ),
})

type Vendor = 'fal' | 'astria' | 'segmind'

/** The first result of a command that printed JSON. */
export const firstResult = (document: unknown) => resultsSchema.parse(document).results[0]

/** A world with photos, and a config with the router {@link best}. */
export interface RoutedWorld extends World {
  /** Writes the config anew, with more in it. */
  routers(more?: object): Promise<string>
  trainAt(names: string): ReturnType<World['run']>
  generate(...args: string[]): ReturnType<World['run']>
  explain(...args: string[]): ReturnType<World['run']>
  ledger(...args: string[]): Promise<z.output<typeof entriesSchema>['entries']>
  generations(vendor: Vendor): World['emulator']['vendors'][Vendor]['jobs']
  billed(): World['emulator']['vendors'][Vendor]['invoice']
  paid(): World['emulator']['vendors'][Vendor]['journal']
}

export async function createRoutedWorld(): Promise<RoutedWorld> {
  const world = await createWorld()
  const vendors = Object.values(world.emulator.vendors)
  const routers = (more: object = {}) =>
    world.write('likeness.config.json', JSON.stringify({ providers, routers: { best }, ...more }))
  await world.photos(6)
  await routers()
  return {
    ...world,
    routers,
    trainAt: (names) => world.run(['train', 'photos', '--subject', 'dog', '--name', 'Rex', '--provider', names]),
    generate: (...args) => world.run(['generate', 'rex.portfolio.json', 'a photo of {subject}', ...args]),
    explain: (...args) => world.run(['explain', 'rex.portfolio.json', 'a photo of {subject}', ...args]),
    async ledger(...args) {
      const { document } = await world.run(['ledger', 'list', ...args, '--json'])
      return entriesSchema.parse(document).entries
    },
    generations: (vendor) => world.emulator.vendors[vendor].jobs.filter(({ kind }) => kind === 'generation'),
    billed: () => vendors.flatMap(({ invoice }) => invoice.filter(({ status }) => status === 'billed')),
    paid: () => vendors.flatMap(({ journal }) => journal.filter((entry) => entry.paid)),
  }
}
