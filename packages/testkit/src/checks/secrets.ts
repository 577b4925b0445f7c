import assert from 'node:assert/strict'
import { inspect } from 'node:util'

function forms(secret: string): string[] {
  const parts = secret.split(':').filter((part) => part.length >= 16)
  return [secret, ...parts].flatMap((form) => [form, encodeURIComponent(form), Buffer.from(form).toString('base64')])
}

function everythingIn(error: unknown): string {
  const chain: unknown[] = []
  for (let current = error; current !== undefined && chain.length < 10; ) {
    chain.push(current)
    current = current instanceof Error ? current.cause : undefined
  }
  return chain
    .flatMap((link) => [
      inspect(link, { depth: 12, showHidden: true, getters: true }),
      JSON.stringify(link) ?? '',
      link instanceof Error ? `${link.message}\n${link.stack}` : '',
    ])
    .join('\n')
}

/** Fails where a secret is anywhere in an error: its fields, its causes, its stack, its JSON. */
export function assertSecretFree(error: unknown, secrets: readonly string[]): void {
  const text = everythingIn(error)
  for (const form of secrets.flatMap(forms)) {
    const at = text.indexOf(form)
    assert.equal(at, -1, `the error holds a secret, around: ${text.slice(Math.max(0, at - 60), at)}[here]`)
  }
}
