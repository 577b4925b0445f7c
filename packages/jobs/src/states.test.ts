import { describe, expect, it } from 'vitest'
import { finalStates, isFinalState, isLegal, type JobState, jobStates } from './states.js'

/** Every pair that is legal, written down a second time. */
const legal: readonly `${JobState} -> ${JobState}`[] = [
  'queued -> submitting',
  'queued -> failed',
  'queued -> canceled',
  'submitting -> running',
  'submitting -> queued',
  'submitting -> failed',
  'submitting -> canceled',
  'submitting -> unknown',
  'running -> succeeded',
  'running -> failed',
  'running -> canceled',
  'unknown -> running',
  'unknown -> queued',
  'unknown -> failed',
  'unknown -> canceled',
]

describe('states', () => {
  it.each(jobStates.flatMap((from) => jobStates.map((to) => [from, to] as const)))('%s -> %s', (from, to) => {
    expect(isLegal(from, to)).toBe(legal.includes(`${from} -> ${to}`))
  })

  it('end where nothing leads on', () => {
    expect(jobStates.filter(isFinalState)).toEqual([...finalStates])
  })

  it('lead nowhere past the intent: nothing is paid for unless `submitting` was recorded', () => {
    expect(jobStates.filter((from) => isLegal(from, 'running'))).toEqual(['submitting', 'unknown'])
    expect(jobStates.filter((from) => isLegal(from, 'submitting'))).toEqual(['queued'])
  })
})
