import { describe, expect, it } from 'vitest'
import { namesSubject, renderPrompt, subjectWords } from './prompt.js'

describe('prompt template', () => {
  it('replaces every mention, literally', () => {
    expect(renderPrompt('{subject} and {subject}', '<lora:1:0.9> ohwx $& man')).toBe(
      '<lora:1:0.9> ohwx $& man and <lora:1:0.9> ohwx $& man',
    )
  })

  it('leaves a prompt alone that does not name the subject', () => {
    expect(renderPrompt('a castle', 'ohwx man')).toBe('a castle')
    expect(namesSubject('a castle')).toBe(false)
  })

  it('says trigger and class, or what there is', () => {
    expect(subjectWords('ohwx', 'man')).toBe('ohwx man')
    expect(subjectWords(undefined, 'man')).toBe('man')
    expect(subjectWords('man', 'man')).toBe('man')
  })
})
