/** What sort of thing a subject is; vendors train each differently. */
export const subjectKinds = ['person', 'pet', 'product', 'style', 'character'] as const

/** See {@link subjectKinds}. */
export type SubjectKind = (typeof subjectKinds)[number]

/** What is learnt from the training images. */
export interface Subject {
  /** Class name in English, singular: `man`, `cat`, `sneaker`. It is what a model already knows about the subject. */
  readonly className: string
  readonly kind?: SubjectKind | undefined
  /** The app's own name of this subject, shown in vendors' lists. */
  readonly name?: string | undefined
}

const wellKnown: Readonly<Record<string, SubjectKind>> = {
  man: 'person',
  woman: 'person',
  boy: 'person',
  girl: 'person',
  person: 'person',
  cat: 'pet',
  dog: 'pet',
  style: 'style',
}

/** The subject's kind as given, else what a well-known class name implies (`dog` is a pet), else `undefined`. */
export function subjectKind(subject: Subject): SubjectKind | undefined {
  return subject.kind ?? wellKnown[subject.className.toLowerCase()]
}
