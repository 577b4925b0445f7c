// The loops of this folder stay inside their planes by construction, hence `as number`: a checked read makes each pixel
// several times slower.

/** One value for each pixel, row by row. */
export interface Plane {
  /** In pixels. */
  readonly width: number
  readonly height: number
  /** `width * height` values; of luma 0 to 255. */
  readonly values: Float32Array
}

/** Red, green and blue with their luma. */
export interface Pixels {
  readonly width: number
  readonly height: number
  /** sRGB, three bytes for each pixel, row by row. */
  readonly rgb: Uint8Array
  /** Rec. 601, 0 to 255. */
  readonly luma: Plane
}

/** Rec. 601 luma of sRGB bytes. */
export function lumaOf(rgb: Uint8Array, width: number, height: number): Plane {
  const values = new Float32Array(width * height)
  for (let index = 0; index < values.length; index++) {
    const first = index * 3
    values[index] =
      0.299 * (rgb[first] as number) + 0.587 * (rgb[first + 1] as number) + 0.114 * (rgb[first + 2] as number)
  }
  return { width, height, values }
}

/** Half the size; each pixel is the mean of four. An odd last row or column is dropped. */
export function halve({ width, height, values }: Plane): Plane {
  const half = { width: width >> 1, height: height >> 1 }
  const halved = new Float32Array(half.width * half.height)
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      const top = 2 * y * width + 2 * x
      const sum =
        (values[top] as number) +
        (values[top + 1] as number) +
        (values[top + width] as number) +
        (values[top + width + 1] as number)
      halved[y * half.width + x] = sum / 4
    }
  }
  return { ...half, values: halved }
}

/** Rows as columns and columns as rows. */
export function transpose({ width, height, values }: Plane): Plane {
  const turned = new Float32Array(values.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) turned[x * height + y] = values[y * width + x] as number
  }
  return { width: height, height: width, values: turned }
}
