import type {
  Clock,
  FineTune,
  FineTuneCapabilities,
  Generate,
  GenerateCapabilities,
  ImageFile,
  Provider,
} from '@likeness/core'
import type { Backend, BackendControl, BackendSettings, JournalEntry, Shared } from './backend.js'
import { skip } from './case.js'
import type { Fixture } from './fixture.js'
import { createInbox, type Inbox } from './inbox.js'
import { imageFile } from './photos/image-file.js'
import { trainingPhotos } from './photos/training-photos.js'
import type { Environment, VendorParameters, VendorReplies, VendorUnderTest } from './vendor.js'

/** What the kit may set when it makes a provider. */
export type Overrides = Partial<
  Pick<Environment, 'apiKey' | 'clock' | 'webhookSecret' | 'id' | 'headers' | 'timeoutMs' | 'fetch'>
>

/** One vendor, one provider, one case. */
export interface Session {
  readonly provider: Provider
  readonly clock: Clock
  readonly apiKey: string
  readonly webhookSecret: string
  /** What can be looked into. Skips the case where it is a real vendor. */
  readonly control: BackendControl
  readonly inbox: Inbox
  readonly photos: readonly ImageFile[]
  readonly parameters: VendorParameters
  readonly replies: VendorReplies
  readonly fixtures: readonly Fixture[]
  /** The `fetch` that the backend gave; absent over real sockets. */
  readonly fetch: typeof globalThis.fetch | undefined
  /** What the cases of a live run share, so that they pay once; absent elsewhere. */
  readonly shared: Shared | undefined
  /** Another provider value on the same vendor. */
  create(overrides?: Overrides): Provider
  /** Training, with what it declares. Skips the case where there is none. */
  fineTune(provider?: Provider): { readonly fineTune: FineTune; readonly capabilities: FineTuneCapabilities }
  /** Generation, with what it declares. Skips the case where there is none. */
  generate(provider?: Provider): { readonly generate: Generate; readonly capabilities: GenerateCapabilities }
  /** A second vendor of the same kind with another key. */
  another(): Promise<Session>
  /** Makes `url` the account's callback URL, for vendors that have one for all jobs. Skips where nobody knows how. */
  registerWebhook(url: string): Promise<string>
  /** Runs `work` and returns the requests that arrived meanwhile. */
  requestsDuring(work: () => Promise<unknown> | unknown): Promise<readonly JournalEntry[]>
  close(): Promise<void>
}

const webhookSecret = 'a-webhook-secret-of-the-conformance-suite'

/** A key of the same shape as `key`. */
export function otherKey(key: string): string {
  const last = key.at(-1) ?? ''
  const changed = /\d/.test(last) ? String((Number(last) + 1) % 10) : last === 'a' ? 'b' : 'a'
  return key.slice(0, -1) + changed
}

let opened: readonly ImageFile[] | undefined

function photoFiles(): readonly ImageFile[] {
  opened ??= trainingPhotos().map((photo, index) => imageFile(photo, `photo-${index + 1}.png`))
  return opened
}

/** A new vendor and a provider on it. */
export async function openSession<Settings extends BackendSettings>(
  vendor: VendorUnderTest<Settings>,
  apiKey?: string,
): Promise<Session> {
  const inbox = createInbox()
  const backend: Backend<Settings> = await vendor.backend({
    ...(apiKey === undefined ? {} : { apiKey }),
    deliver: (request) => inbox.deliver(request),
  })
  const { settings, clock } = backend
  const create = (overrides: Overrides = {}) => vendor.create({ ...settings, clock, webhookSecret, ...overrides })
  const provider = create()
  const others: Session[] = []
  const session: Session = {
    provider,
    clock,
    apiKey: settings.apiKey,
    webhookSecret,
    inbox,
    create,
    photos: photoFiles(),
    parameters: vendor.parameters ?? {},
    replies: vendor.replies ?? {},
    fixtures: vendor.fixtures ?? [],
    fetch: settings.fetch,
    shared: backend.shared,
    get control() {
      return backend.control ?? skip('needs a vendor that can be looked into')
    },
    fineTune(of = provider) {
      const { fineTune } = of
      const capabilities = of.capabilities.fineTune
      if (fineTune === undefined || capabilities === undefined) skip('the provider does not train')
      return { fineTune, capabilities }
    },
    generate(of = provider) {
      const { generate } = of
      const capabilities = of.capabilities.generate
      if (generate === undefined || capabilities === undefined) skip('the provider does not generate')
      return { generate, capabilities }
    },
    async another() {
      const other = await openSession(vendor, otherKey(settings.apiKey))
      others.push(other)
      return other
    },
    async registerWebhook(url) {
      if (vendor.registerWebhook === undefined)
        skip('the vendor has one callback URL for the account, and the kit was not told how to set it')
      return vendor.registerWebhook(provider, backend, url)
    },
    async requestsDuring(work) {
      const { journal } = session.control
      const before = journal.length
      await work()
      return journal.slice(before)
    },
    async close() {
      await Promise.all(others.map((other) => other.close()))
      await backend.close()
    },
  }
  return session
}
