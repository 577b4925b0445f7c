import { checkOptions } from '@likeness/adapter-kit'
import type { FineTuneRequest, ImageFile } from '@likeness/core'
import { imageFile, trainingPhotos } from '@likeness/testkit'
import { describe, expect, it } from 'vitest'
import { checkFineTune, datasetEntries, fineTuneBody, triggerWarnings, writeCaption } from './fine-tune-request.js'
import { type FalFineTuneOptions, fineTuneOptionsSchema } from './options.js'
import { trainerOf } from './trainers.js'

const photos = (...names: readonly string[]): ImageFile[] =>
  names.map((name) => imageFile(trainingPhotos()[0] ?? new Uint8Array(), name))

const request = (changes: Partial<FineTuneRequest> = {}): FineTuneRequest => ({
  subject: { className: 'dog' },
  images: photos('a.png', 'b.png', 'c.png', 'd.png'),
  mode: 'live',
  idempotencyKey: 'key-00000001',
  onUnsupported: 'warn',
  ...changes,
})

function body(changes: Partial<FineTuneRequest>, options: FalFineTuneOptions = {}) {
  const trainer = trainerOf(options)
  const parsed = checkOptions(fineTuneOptionsSchema(trainer.endpoint), options, 'providerOptions.fal')
  return fineTuneBody(trainer, request(changes), parsed, 'https://files/zip')
}

const fast = 'fal-ai/flux-lora-fast-training'
const portrait = 'fal-ai/flux-lora-portrait-trainer'
const turbo = 'fal-ai/turbo-flux-trainer'

// fal-js `endpoints.ts`, 2026-08-02: every input of the three trainers.
describe('inputs of the trainers', () => {
  it.each<[field: string, changes: Partial<FineTuneRequest>, options: FalFineTuneOptions, value: unknown]>([
    ['images_data_url', {}, { trainer: fast }, 'https://files/zip'],
    ['trigger_word', { trigger: 'sks' }, { trainer: fast }, 'sks'],
    ['steps', { steps: 300 }, { trainer: fast }, 300],
    ['create_masks', {}, { trainer: fast, createMasks: false }, false],
    ['is_style', {}, { trainer: fast, isStyle: true }, true],
    ['is_style', { subject: { className: 'style' } }, {}, true],
    ['is_style', { subject: { className: 'style' } }, { isStyle: false }, false],
    ['is_input_format_already_preprocessed', {}, { isInputFormatAlreadyPreprocessed: true }, true],
    ['data_archive_format', {}, { dataArchiveFormat: 'zip' }, 'zip'],
    ['images_data_url', {}, { trainer: portrait }, 'https://files/zip'],
    ['trigger_phrase', { trigger: 'sks' }, { trainer: portrait }, 'sks'],
    ['learning_rate', { learningRate: 0.0001 }, { trainer: portrait }, 0.0001],
    ['steps', { steps: 3000 }, { trainer: portrait }, 3000],
    ['multiresolution_training', {}, { trainer: portrait, multiresolutionTraining: false }, false],
    ['subject_crop', {}, { trainer: portrait, subjectCrop: false }, false],
    ['create_masks', {}, { trainer: portrait, createMasks: true }, true],
    ['data_archive_format', {}, { trainer: portrait, dataArchiveFormat: 'zip' }, 'zip'],
    ['resume_from_checkpoint', {}, { trainer: portrait, resumeFromCheckpoint: 'https://x' }, 'https://x'],
    ['images_data_url', {}, { trainer: turbo }, 'https://files/zip'],
    ['trigger_phrase', { trigger: 'sks' }, { trainer: turbo }, 'sks'],
    ['learning_rate', { learningRate: 0.001 }, { trainer: turbo }, 0.001],
    ['steps', { steps: 900 }, { trainer: turbo }, 900],
    ['training_style', {}, { trainer: turbo, trainingStyle: 'subject' }, 'subject'],
    ['training_style', { subject: { className: 'ink', kind: 'style' } }, { trainer: turbo }, 'style'],
    ['face_crop', {}, { trainer: turbo, faceCrop: false }, false],
  ])('%s', (field, changes, options, value) => {
    expect(body(changes, options)).toHaveProperty(field, value)
  })

  it.each([fast, portrait, turbo] as const)('%s gets nothing that was not asked for', (trainer) => {
    expect(body({}, { trainer })).toEqual({ images_data_url: 'https://files/zip' })
  })

  it('does not send a learning rate to a trainer without one', () => {
    expect(body({ learningRate: 1 })).not.toHaveProperty('learning_rate')
  })

  it("refuses another trainer's options and unknown trainers by name", () => {
    const wrong: [Record<string, unknown>, string][] = [
      [{ faceCrop: true }, 'providerOptions.fal.faceCrop'],
      [{ trainer: turbo, createMasks: true }, 'providerOptions.fal.createMasks'],
      [{ trainer: 'fal-ai/flux-2-trainer' }, 'providerOptions.fal.trainer'],
      [{ priority: 'high' }, 'providerOptions.fal.priority'],
      [{ tags: { 'a b': 'c' } }, 'providerOptions.fal.tags.a b'],
    ]
    for (const [options, field] of wrong) {
      const schema = fineTuneOptionsSchema(trainerOf(options).endpoint)
      expect(() => checkOptions(schema, options, 'providerOptions.fal')).toThrow(
        expect.objectContaining({ kind: 'invalid-request', fields: [expect.objectContaining({ field })] }),
      )
    }
  })
})

describe('dataset', () => {
  const entries = (changes: Partial<FineTuneRequest>, trainer: FalFineTuneOptions['trainer'] = fast) => {
    const made = datasetEntries('fal', trainerOf({ trainer }), request(changes))
    return made.entries.map((entry) => ('text' in entry ? [entry.name, entry.text] : [entry.name]))
  }
  const captioned = (name: string, caption: string) =>
    imageFile(trainingPhotos()[0] ?? new Uint8Array(), name, { caption })

  it('holds the pictures alone when nobody wrote a caption', () => {
    expect(entries({})).toEqual([['a.png'], ['b.png'], ['c.png'], ['d.png']])
  })

  it('names files by their content, with stems that differ', () => {
    const images = photos('x.jpg', 'x.png', 'my photo.PNG', 'noextension')
    expect(entries({ images })).toEqual([['x.png'], ['x-2.png'], ['my-photo.PNG'], ['noextension.png']])
  })

  it('writes the trigger word into captions, and gives pictures without one the words alone', () => {
    const images = [captioned('a.png', 'in the snow'), captioned('b.png', 'OHWX dog runs'), ...photos('c.png')]
    expect(entries({ images, trigger: 'ohwx' })).toEqual([
      ['a.png'],
      ['a.txt', 'ohwx dog, in the snow'],
      ['b.png'],
      ['b.txt', 'OHWX dog runs'],
      ['c.png'],
      ['c.txt', 'ohwx dog'],
    ])
  })

  it("uses the trainer's own trigger word where none is given", () => {
    const images = [captioned('a.png', 'a photo of {subject}')]
    expect(entries({ images }, turbo)).toEqual([['a.png'], ['a.txt', 'a photo of ohwx dog']])
    expect(entries({ images }, fast)).toEqual([['a.png'], ['a.txt', 'a photo of dog']])
  })

  it('leaves masks without captions, and does not count them as pictures', () => {
    const images = [captioned('a.png', 'x'), ...photos('a_mask.png', 'b.png', 'c.png')]
    expect(entries({ images, trigger: 'ohwx' }).map(([name]) => name)).toEqual([
      'a.png',
      'a.txt',
      'a_mask.png',
      'b.png',
      'b.txt',
      'c.png',
      'c.txt',
    ])
    expect(() => checkFineTune('fal', trainerOf({}), request({ images }))).toThrow(/images are 3/)
  })

  it('replaces [trigger] as the portrait trainer does', () => {
    expect(writeCaption('[trigger] smiles', 'ohwx', 'man')).toBe('ohwx smiles')
    expect(writeCaption('[trigger] smiles', undefined, 'man')).toBe('man smiles')
  })
})

it('refuses another base', () => {
  expect(() => checkFineTune('fal', trainerOf({}), request({ base: 'sdxl' }))).toThrow(
    expect.objectContaining({ kind: 'invalid-request', fields: [expect.objectContaining({ field: 'base' })] }),
  )
  expect(() => checkFineTune('fal', trainerOf({}), request({ base: 'flux-1-dev' }))).not.toThrow()
})

it('says when nothing but the class name stands for the subject', () => {
  const count = (trainer: FalFineTuneOptions['trainer'], trigger?: string) =>
    triggerWarnings('fal', trainerOf({ trainer }), request({ trigger })).length
  expect([count(fast), count(portrait), count(turbo), count(fast, 'ohwx')]).toEqual([1, 1, 0, 0])
})
