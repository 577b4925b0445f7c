/** Stands for the trained subject in a prompt. */
export const subjectPlaceholder = '{subject}'

/** Whether a prompt names the trained subject. */
export function namesSubject(prompt: string): boolean {
  return prompt.includes(subjectPlaceholder)
}

/**
 * Puts a vendor's words in the place of `{subject}`. Where the prompt does not name the subject it is returned as it
 * is: the caller has been warned, and no words are added behind the caller's back.
 *
 * @param words - what this vendor needs there, e.g. `ohwx man`
 */
export function renderPrompt(prompt: string, words: string): string {
  return prompt.replaceAll(subjectPlaceholder, () => words)
}

/** The usual words for a subject: trigger and class name, e.g. `ohwx man`; either alone where the other is missing. */
export function subjectWords(trigger: string | undefined, className: string): string {
  return trigger === undefined || trigger === className ? className : `${trigger} ${className}`
}
