/**
 * 0 for grey, about 15 slightly, 45 quite and 82 highly colourful: D. Hasler and S. Süsstrunk, "Measuring colourfulness
 * in natural images", SPIE 5007, 2003.
 */
export function colourfulness(rgb: Uint8Array): number {
  const count = rgb.length / 3
  let redGreen = 0
  let yellowBlue = 0
  let squares = 0
  for (let index = 0; index < rgb.length; index += 3) {
    const red = rgb[index] as number
    const green = rgb[index + 1] as number
    const first = red - green
    const second = (red + green) / 2 - (rgb[index + 2] as number)
    redGreen += first
    yellowBlue += second
    squares += first * first + second * second
  }
  const means = (redGreen / count) ** 2 + (yellowBlue / count) ** 2
  return Math.sqrt(Math.max(0, squares / count - means)) + 0.3 * Math.sqrt(means)
}
