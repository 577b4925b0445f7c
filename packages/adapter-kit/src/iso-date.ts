/**
 * A vendor's date as ISO 8601 in UTC: text that holds a date (without a zone: UTC), or epoch seconds or milliseconds.
 * `undefined` for nothing, and for what is no date.
 */
export function isoDate(value: string | number | null | undefined): string | undefined {
  if (value === null || value === undefined || value === '') return undefined
  const time = typeof value === 'number' ? (value < 1e11 ? value * 1000 : value) : Date.parse(zoned(value))
  return Number.isFinite(time) && Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : undefined
}

function zoned(text: string): string {
  return /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/.test(text) ? `${text.replace(' ', 'T')}Z` : text
}
