import type { Issue } from '@/lib/core/errors'

/** The origins in a text with one per line; empty lines do not count, doubles count once. */
export function parseOriginLines(text: string): string[] {
  const origins = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  return [...new Set(origins)]
}

/** The first fault of the origins in words that name the origin itself, since its number means nothing in the text. */
export function toOriginFault(issues: readonly Issue[], origins: readonly string[]): string | undefined {
  for (const { path, message } of issues) {
    const match = /^allowedOrigins(?:\.(\d+))?$/.exec(path)
    if (!match) continue
    const origin = match[1] === undefined ? undefined : origins[Number(match[1])]
    return origin === undefined ? message : `“${origin}”: ${message}`
  }
  return undefined
}
