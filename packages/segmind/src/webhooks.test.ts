import { describe, expect, it } from 'vitest'
import { startVendor } from '../test/vendor-server.js'
import { createSegmind } from './provider.js'

const webhookSecret = 'a secret of some length'
const body = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

describe('verify', () => {
  const provider = createSegmind({ webhookSecret })
  const hook = 'https://app.example/hooks/segmind?tenant=7'

  it.each([
    [{ request_id: 'job-1', status: 'AVAILABLE' }, 'job-1'],
    [{ finetune_id: 'job-2', request_id: null }, 'job-2'],
  ])('takes %o for job %s', async (value, jobId) => {
    const url = await provider.webhookRegistration.sign(hook)
    expect(new URL(url).searchParams.get('tenant')).toBe('7')
    expect(await provider.webhooks?.verify({ url, headers: {}, body: body(value) })).toEqual({
      provider: 'segmind',
      jobId,
      kind: 'fine-tune',
      proof: 'token',
    })
  })

  it('refuses what carries no token, a forged one, or another secret', async () => {
    const signed = await provider.webhookRegistration.sign(hook)
    const other = await createSegmind({ webhookSecret: 'another secret, also long' }).webhookRegistration.sign(hook)
    for (const url of [hook, `${signed}x`, signed.replace('likeness=', 'likeness=9'), other]) {
      const request = { url, headers: {}, body: body({ request_id: 'job-1' }) }
      await expect(provider.webhooks?.verify(request)).rejects.toMatchObject({ kind: 'authentication' })
    }
  })

  it('refuses what it cannot read', async () => {
    const url = await provider.webhookRegistration.sign(hook)
    for (const bytes of [body({ status: 'AVAILABLE' }), body([]), new TextEncoder().encode('<html>')]) {
      await expect(provider.webhooks?.verify({ url, headers: {}, body: bytes })).rejects.toMatchObject({
        kind: 'invalid-request',
      })
    }
  })

  it('needs a secret', async () => {
    const request = { url: hook, headers: {}, body: body({ request_id: 'job-1' }) }
    await expect(createSegmind().webhooks?.verify(request)).rejects.toMatchObject({ kind: 'authentication' })
    await expect(createSegmind().webhookRegistration.sign(hook)).rejects.toMatchObject({
      fields: [{ field: 'webhookSecret' }],
    })
  })
})

describe('registration', () => {
  it('goes to the management host, with our token in the URL', async () => {
    const types = ['FINETUNE']
    const vendor = await startVendor(({ url }) =>
      url === '/webhook/get'
        ? { body: [{ webhook_id: 'w1', webhook_url: 'https://a.example', event: { types } }] }
        : {},
    )
    const provider = createSegmind({ apiKey: 'SG_0123456789abcdef', managementURL: vendor.origin, webhookSecret })
    const { webhookRegistration } = provider
    const url = await webhookRegistration.add('https://app.example/hook')
    const replaced = await webhookRegistration.update('w1', 'https://app.example/other')
    await webhookRegistration.remove('w 1')
    expect(await webhookRegistration.get()).toEqual([{ id: 'w1', url: 'https://a.example', events: types }])
    expect(vendor.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /webhook/add',
      'POST /webhook/update',
      'GET /webhook/inactive?webhook_id=w%201',
      'GET /webhook/get',
    ])
    expect(vendor.json(0)).toEqual({ webhook_url: url, event: { types } })
    expect(vendor.json(1)).toEqual({ webhook_id: 'w1', webhook_url: replaced, event: { types } })
    expect(url).toMatch(/^https:\/\/app\.example\/hook\?likeness=/)
    expect(vendor.requests[0]?.headers['x-api-key']).toBe('SG_0123456789abcdef')
    await vendor.close()
  })
})
