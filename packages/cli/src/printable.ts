/**
 * Text in which nothing steers a terminal: vendors' messages and others' prompts come through here, and an escape sequence
 * in one could rewrite what was already told. Control characters and those that turn the direction of writing are shown as
 * `\u001b`, which also leaves JSON what it was; line breaks and tabs stay.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (character) =>
    character === '\n' || character === '\t'
      ? character
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
