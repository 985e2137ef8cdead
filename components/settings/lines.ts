import type { Issue } from '@/lib/core/errors'

/** The entries of a text with one per line; empty lines do not count, doubles count once. */
export function parseLines(text: string): string[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  return [...new Set(lines)]
}

/**
 * The first fault of the list at `path` in the request's body, in words that name the entry itself, since its number means
 * nothing in the text. Undefined when the list is fine.
 */
export function toLineFault(issues: readonly Issue[], path: string, lines: readonly string[]): string | undefined {
  for (const issue of issues) {
    if (issue.path === path) return issue.message
    if (!issue.path.startsWith(`${path}.`)) continue
    const line = lines[Number(issue.path.slice(path.length + 1))]
    return line === undefined ? issue.message : `“${line}”: ${issue.message}`
  }
  return undefined
}
