import { describe, expect, it } from 'vitest'
import { falUnderTest } from '../../test/fal-under-test.js'

function platform() {
  const fal = falUnderTest()
  const get = async (path: string, headers = {}) => {
    const response = await fal.call('GET', `${fal.emulator.endpoints.fal.platformURL}/${path}`, undefined, headers)
    return [response.status, await response.json()]
  }
  return { ...fal, get }
}

describe('the platform API', () => {
  it('lists rates', async () => {
    const { get } = platform()
    expect(await get('models/pricing?endpoint_id=fal-ai/flux-lora&endpoint_id=fal-ai/z-image-trainer')).toEqual([
      200,
      {
        prices: [
          { endpoint_id: 'fal-ai/flux-lora', unit_price: 0.035, unit: 'megapixels', currency: 'USD' },
          { endpoint_id: 'fal-ai/z-image-trainer', unit_price: 0.00226, unit: 'steps', currency: 'USD' },
        ],
        next_cursor: null,
        has_more: false,
      },
    ])
    expect(await get('models/pricing?endpoint_id=fal-ai/none')).toMatchObject([404, { error: { type: 'not_found' } }])
    expect(await get('models/pricing')).toMatchObject([400, { error: { type: 'validation_error' } }])
    expect(await get('models/pricing', { authorization: 'Key wrong' })).toMatchObject([
      401,
      { error: { type: 'authorization_error' } },
    ])
  })

  it('estimates', async () => {
    const { call, emulator } = platform()
    const response = await call('POST', `${emulator.endpoints.fal.platformURL}/models/pricing/estimate`, {
      estimate_type: 'unit_price',
      endpoints: {
        'fal-ai/flux-lora': { unit_quantity: 10 },
        'fal-ai/flux-lora-fast-training': { unit_quantity: 500 },
      },
    })
    expect(await response.json()).toEqual({ estimate_type: 'unit_price', total_cost: 1.35, currency: 'USD' })
  })

  it('tells the balance, and what each request has cost', async () => {
    const { get, vendor, generate } = platform()
    vendor.setBalance(5_000_000_000)
    const { requestId } = await generate({ prompt: 'a garden', num_images: 2 })
    expect(await get('account/billing?expand=credits')).toEqual([
      200,
      { username: 'emulator', credits: { current_balance: 4.93, currency: 'USD' } },
    ])
    expect(await get(`models/billing-events?request_id=${requestId}`)).toMatchObject([
      200,
      {
        billing_events: [
          {
            request_id: requestId,
            endpoint_id: 'fal-ai/flux-lora',
            output_units: 2,
            cost_total: 0.07,
            cost_estimate_nano_usd: 70_000_000,
          },
        ],
      },
    ])
    expect(await get('models/requests/by-endpoint?endpoint_id=fal-ai/flux-lora&expand=payloads')).toMatchObject([
      200,
      { items: [{ request_id: requestId, status_code: 200, json_input: { prompt: 'a garden' } }] },
    ])
  })
})
