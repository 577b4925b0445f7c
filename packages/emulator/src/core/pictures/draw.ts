/** A vendor's own subtle finish, so that its pictures can be told apart at a glance. */
export interface Look {
  /** 1 = as it is. */
  readonly brightness: number
  readonly saturation: number
  /** Degrees on the colour wheel, 0 = as it is. */
  readonly hue: number
}

export interface Subject {
  /** Paths or bytes of the photos that the fine-tune was trained on. */
  readonly photos: readonly (string | Uint8Array)[]
  /** 0 = not applied, 1 = fully. */
  readonly strength: number
}

export interface PictureOptions {
  /** Fine-tunes really applied; none = the stand-in that shows it. Several stand side by side. */
  readonly subjects: readonly Subject[]
  readonly prompt: string
  /** Picture i of a batch uses seed + i. */
  readonly seed: number
  /** Pixels, after the vendor's own rounding. */
  readonly width: number
  readonly height: number
  readonly format: 'jpeg' | 'png' | 'webp'
  /** Written small in a corner: "emulated · <vendor>". */
  readonly vendor: string
  readonly look: Look
}

/** The same options give the same bytes. */
export async function drawPicture(_options: PictureOptions): Promise<Buffer> {
  throw new Error('not built yet')
}
