import { describe, expect, it } from 'vitest'
import { falUnderTest } from '../../test/fal-under-test.js'

function platform() {
  const fal = falUnderTest()
  const { platformURL, queueURL } = fal.emulator.endpoints.fal
  return {
    ...fal,
    erase: (id: string, headers = {}) =>
      fal.call('DELETE', `${platformURL}/models/requests/${id}/payloads`, undefined, headers),
    result: (app: string, id: string) => fal.call('GET', `${queueURL}/${app}/requests/${id}`),
    file: async (url: string) => (await fal.emulator.fetch(url)).status,
  }
}

describe('DELETE of payloads', () => {
  it('deletes what a training made, and not what was uploaded for it', async () => {
    const { train, erase, result, file, vendor } = platform()
    const { requestId, weightsUrl } = await train()
    expect(await file(weightsUrl)).toBe(200)
    const uploaded = vendor.journal.find(({ paid }) => paid)?.body as { images_data_url: string }
    const response = await erase(requestId)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      cdn_delete_results: [
        { link: weightsUrl, exception: null },
        { link: expect.stringMatching(/config\.json$/), exception: null },
      ],
    })
    expect(await file(weightsUrl)).toBe(404)
    expect((await result('fal-ai/flux-lora-fast-training', requestId)).status).toBe(404)
    expect(await file(uploaded.images_data_url)).toBe(200)
    expect((await erase(requestId)).status).toBe(404)
  })

  it('answers the same key alike, and tells the deletion from other calls', async () => {
    const { generate, erase, vendor } = platform()
    const { requestId } = await generate({ prompt: 'a garden' })
    const headers = { 'idempotency-key': 'one' }
    const first = await (await erase(requestId, headers)).json()
    expect(first).toMatchObject({ cdn_delete_results: [{ exception: null }] })
    expect(await (await erase(requestId, headers)).json()).toEqual(first)
    expect((await erase(requestId, { 'idempotency-key': 'two' })).status).toBe(404)
    expect(vendor.journal.at(-1)).toMatchObject({ operation: 'generation.remove', paid: false })
  })

  it('refuses a key without the ADMIN scope, and tells files that stay', async () => {
    const { train, erase, file, vendor, call, emulator } = platform()
    const { requestId, weightsUrl } = await train()
    vendor.settings.adminScope = false
    expect((await erase(requestId)).status).toBe(403)
    expect((await call('GET', `${emulator.endpoints.fal.platformURL}/account/billing`)).status).toBe(403)
    expect(await file(weightsUrl)).toBe(200)
    vendor.settings.adminScope = true
    vendor.settings.deleteException = 'file is locked'
    expect(await (await erase(requestId)).json()).toMatchObject({
      cdn_delete_results: [{ link: weightsUrl, exception: 'file is locked' }, { exception: 'file is locked' }],
    })
    expect(await file(weightsUrl)).toBe(200)
  })
})
