import type { Clock } from '../clock.js'
import type { GenerationStatus } from '../generate.js'
import type { CallOptions, JobHandle, Pace } from '../job.js'
import type { Provider } from '../provider.js'

/** A clock that a sleep moves. */
export function testClock(start = Date.parse('2026-01-01T00:00:00.000Z')): Clock & { readonly slept: number[] } {
  let now = start
  const slept: number[] = []
  return {
    slept,
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      slept.push(ms)
      await new Promise((resolve) => setImmediate(resolve))
      signal?.throwIfAborted()
      now += ms
    },
  }
}

/** A handle of the test provider. */
export function testHandle(clock: Clock, overrides: Partial<JobHandle> = {}): JobHandle {
  return {
    version: 1,
    kind: 'generation',
    provider: 'test',
    id: 'job',
    idempotencyKey: 'a-test-key',
    startedAt: new Date(clock.now()).toISOString(),
    n: 1,
    data: {},
    ...overrides,
  }
}

/** What a test scripts. */
export interface TestScript {
  readonly clock: Clock
  readonly pace?: Partial<Pace>
  status?(handle: JobHandle, options?: CallOptions): Promise<GenerationStatus>
  start?: NonNullable<Provider['generate']>['start']
  find?: NonNullable<Provider['generate']>['find']
}

const never = () => Promise.reject(new Error('not part of this test'))

/** A provider whose answers a test scripts. */
export function testProvider({ clock, pace, status, start, find }: TestScript): Provider {
  return {
    specificationVersion: 'v1',
    id: 'test',
    clock,
    capabilities: {
      webhooks: 'none',
      generate: {
        parameters: {
          size: true,
          aspectRatio: true,
          seed: true,
          negativePrompt: true,
          steps: true,
          guidanceScale: true,
          strength: true,
          format: true,
          image: true,
          mask: true,
          imageStrength: true,
          webhookUrl: true,
        },
        maximumImages: 4,
        size: { kind: 'pixels', multipleOf: 8, minimum: 256, maximum: 2048 },
        formats: ['jpeg'],
        loads: [],
        find: find !== undefined,
        cancel: false,
        remove: false,
        list: false,
      },
    },
    generate: {
      estimate: () => undefined,
      validate: async () => [],
      start: start ?? never,
      status: status ?? never,
      pace: () => ({ key: 'test', minimumMs: 100, maximumMs: 5_000, deadlineMs: 60_000, ...pace }),
      find: find ?? never,
      cancel: never,
      remove: never,
      list: never,
      preview: never,
      download: async (image) => ({
        stream: (async function* () {
          yield new TextEncoder().encode(image.url)
        })(),
      }),
    },
  }
}

/** One finished picture. */
export const oneImage: GenerationStatus = {
  state: 'succeeded',
  images: [{ url: 'https://files.example/0.jpg' }],
  failures: [],
}
