/**
 * How well pictures show a fine-tune that was asked for. In all three cases the vendor answers, bills and reports alike.
 *
 * - `faithful`: the trained subject.
 * - `half`: the subject with something else shining through, as after a training that went half wrong.
 * - `dropped`: something else altogether, as where a LoRA is accepted and then not loaded.
 */
export type SubjectFidelity = 'faithful' | 'half' | 'dropped'

/** All of them; a word that is missing here does not compile. */
export const subjectFidelities: Readonly<Record<SubjectFidelity, true>> = { faithful: true, half: true, dropped: true }
