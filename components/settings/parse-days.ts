/** Days as they are typed: a whole number of 1 or more; empty keeps for ever (null); anything else is undefined. */
export function parseDays(text: string): number | null | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return null
  return /^[1-9]\d{0,4}$/.test(trimmed) ? Number(trimmed) : undefined
}
