import { checkOptions, isoDate, type Operation, parseReply, type ZipEntry, zipStream } from '@likeness/adapter-kit'
import {
  type CallOptions,
  type FindOptions,
  type FineTune,
  type FineTuneRequest,
  type JobHandle,
  LikenessError,
  type PreviewedFile,
} from '@likeness/core'
import { type Connection, optionsOf } from './connection.js'
import { maximumArchiveBytes } from './facts/trainings.js'
import { datasetEntries, jobName, type PlannedFineTune, planFineTune } from './fine-tune-request.js'
import { fineTuneState, fineTuneStatus } from './fine-tune-status.js'
import { readDetails, readRecords, recordId } from './models.js'
import { fineTuneOptionsSchema } from './options.js'
import { estimateTraining } from './prices.js'
import { submittedFineTuneSchema, uploadTargetSchema } from './responses.js'

/** Uploads run at the caller's line speed: 100 MB take a quarter of an hour at 0.9 Mbit/s. */
const uploadTimeoutMs = 15 * 60_000

/** How far the vendor's clock may be behind ours where a lost job is looked for. */
const clockToleranceMs = 5 * 60_000

/** The methods of `FineTune` that send something. */
export type FineTuneMethods = Pick<FineTune, 'validate' | 'preview' | 'start' | 'status' | 'find' | 'list'>

/** Builds them; sends nothing. */
export function createFineTune(connection: Connection): FineTuneMethods {
  const { config, send } = connection
  const { id: provider, clock } = config

  function plan(request: FineTuneRequest): PlannedFineTune {
    const { path, value } = optionsOf(request, provider)
    return planFineTune(request, checkOptions(fineTuneOptionsSchema, value, path), config)
  }

  function archive(request: FineTuneRequest, { training, name }: PlannedFineTune) {
    const zip = zipStream(datasetEntries(request.images, training.captions))
    if (zip.bytes < maximumArchiveBytes) return { ...zip, name: `${name}.zip` }
    const message = `${zip.bytes} bytes as an archive; must be below ${maximumArchiveBytes}`
    throw new LikenessError({
      kind: 'invalid-request',
      message: `images: ${message}.`,
      provider,
      fields: [{ field: 'images', message }],
      hint: 'Use fewer or smaller images: training scales them down to about one megapixel.',
    })
  }

  /** Puts the archive where the vendor says; returns how to name it in the submit. */
  async function upload(zip: ReturnType<typeof archive>, open: boolean, options?: CallOptions): Promise<string> {
    const operation = 'upload'
    const reply = await send(
      {
        name: operation,
        effect: 'read',
        method: 'GET',
        url: '/finetune/request/upload/pre-signed-url',
        // `public` is in the prose of the Fast Flux page; the key's name is inferred from it.
        body: { type: 'json', value: { name: zip.name, ...(open && { public: true }) } },
      },
      options,
    )
    const target = parseReply(uploadTargetSchema, reply, { provider, operation })
    const { bytes } = zip
    await send(
      {
        name: operation,
        effect: 'read',
        method: 'PUT',
        url: target.presigned_url,
        untrusted: true,
        body: { type: 'stream', mediaType: 'application/zip', bytes, open: () => zip.open() },
        timeoutMs: uploadTimeoutMs,
      },
      options,
    )
    return target.s3_url
  }

  /** @param dataset - where the archive lies */
  function submission(planned: PlannedFineTune, dataset: string): Operation {
    const body = { type: 'json', value: { ...planned.body, data_source_path: dataset } } as const
    return { name: 'fine-tune.submit', effect: 'paid', method: 'POST', url: '/finetune/request/submit', body }
  }

  function handleFor(request: FineTuneRequest, planned: PlannedFineTune, id: string, startedAt: string): JobHandle {
    const { baseModel, trigger, rank } = planned
    const estimate = estimateTraining(baseModel, request, config.settings)
    return {
      version: 1,
      kind: 'fine-tune',
      provider,
      id,
      idempotencyKey: request.idempotencyKey,
      startedAt,
      subject: request.subject,
      ...(estimate && { estimate }),
      data: { baseModel, trigger, ...(rank !== undefined && { rank }) },
    }
  }

  return {
    async validate(request) {
      const planned = plan(request)
      archive(request, planned)
      return planned.warnings
    },

    async preview(request) {
      const planned = plan(request)
      const zip = archive(request, planned)
      const shown = await connection.preview(submission(planned, `<upload: ${zip.name}>`))
      return { ...shown, files: datasetEntries(request.images, planned.training.captions).map(previewedFile) }
    },

    async start(request, options) {
      const planned = plan(request)
      const zip = archive(request, planned)
      const dataset = await upload(zip, planned.training.publicUpload, options)
      const operation = submission(planned, dataset)
      const reply = await send(operation, options)
      const body = parseReply(submittedFineTuneSchema, reply, { provider, operation: operation.name, paid: true })
      const id = body.finetune_id || body.request_id || ''
      const handle = handleFor(request, planned, id, new Date(clock.now()).toISOString())
      return { handle, warnings: planned.warnings, estimate: handle.estimate }
    },

    async status(handle, options) {
      return fineTuneStatus(await readDetails(connection, handle.id, options), handle)
    },

    async find(request: FineTuneRequest, options: FindOptions) {
      const planned = plan(request)
      const name = jobName(request)
      const lost = (await readRecords(connection, options))
        .filter((record) => record.name === name && recordId(record) !== undefined)
        .map((record) => ({ id: recordId(record) ?? '', createdAt: isoDate(record.created_ts) }))
        // An earlier job of the same key (failed, then sent again) is not the one that was lost.
        .filter(({ createdAt }) => createdAt === undefined || Date.parse(createdAt) >= options.since - clockToleranceMs)
        .sort((one, other) => (other.createdAt ?? '').localeCompare(one.createdAt ?? ''))
        .at(0)
      return lost && handleFor(request, planned, lost.id, lost.createdAt ?? new Date(options.since).toISOString())
    },

    async list({ cursor, limit, ...options } = {}) {
      const from = Number(cursor ?? 0)
      if (!Number.isInteger(from) || from < 0) {
        const message = `is ${JSON.stringify(cursor)}; must be the \`next\` of a page`
        const fields = [{ field: 'cursor', message }]
        throw new LikenessError({ kind: 'invalid-request', message: `cursor ${message}.`, provider, fields })
      }
      // The vendor gives everything at once; pages are cut here.
      const all = (await readRecords(connection, options)).filter((record) => recordId(record) !== undefined)
      const to = limit === undefined ? all.length : from + limit
      const items = all.slice(from, to).map((record) => ({
        id: recordId(record) ?? '',
        name: record.name ?? undefined,
        state: fineTuneState(record.status),
        createdAt: isoDate(record.created_ts),
      }))
      return to < all.length ? { items, next: String(to) } : { items }
    },
  }
}

function previewedFile({ name, bytes }: ZipEntry): PreviewedFile {
  return { name, bytes }
}
