import sharp from 'sharp'

/** A photo-like JPEG: a gradient with a disc, its colours told by the number. */
export async function photo(number: number, size = 640): Promise<Buffer> {
  const hue = (number * 67) % 360
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"><defs><linearGradient id="g" x2="1" y2="1">` +
    `<stop stop-color="hsl(${hue},70%,30%)"/><stop offset="1" stop-color="hsl(${(hue + 90) % 360},80%,70%)"/></linearGradient></defs>` +
    `<rect width="100%" height="100%" fill="url(#g)"/><circle cx="${size / 2}" cy="${size / 3}" r="${size / 5}" fill="hsl(${(hue + 180) % 360},90%,60%)"/></svg>`
  return await sharp(Buffer.from(svg)).jpeg({ quality: 85 }).toBuffer()
}

export async function photos(count: number): Promise<Buffer[]> {
  return await Promise.all(Array.from({ length: count }, (_, index) => photo(index + 1)))
}
