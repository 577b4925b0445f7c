import { describe, expect, it } from 'vitest'
import { comparedPictures } from '../votes/vote.js'
import { toVote, type VoteLine } from './vote-lines.js'

describe('toVote', () => {
  it('counts two sizes of a prompt as one prompt, and as two pairs of pictures', () => {
    const line: VoteLine = {
      type: 'vote',
      at: '2026-11-20T10:00:00.000Z',
      id: 'one',
      voter: 'Ana',
      subject: 'rex',
      prompt: 'beach',
      seed: 1,
      left: 'fal',
      right: 'astria',
      choice: 'left',
    }
    const votes = ['512x512', '1024x1024'].map((size) => toVote({ ...line, size }))
    expect(votes.map(({ prompt }) => prompt)).toEqual(['rex/beach', 'rex/beach'])
    expect(new Set(votes.map(comparedPictures)).size).toBe(2)
  })
})
