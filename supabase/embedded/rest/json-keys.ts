/**
 * The keys of a JSON object's text without building the object: a batch of events is large and only its first
 * level matters here. `[]` for an empty text; null for what is no object. What it does not look at, Postgres checks.
 */
export function readTopLevelKeys(text: string): string[] | null {
  const trimmed = text.trim()
  if (trimmed === '') return []
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}')) return null
  const keys = new Set<string>()
  let depth = 0
  let isKey = false
  for (let at = 0; at < trimmed.length; at += 1) {
    switch (trimmed.charCodeAt(at)) {
      case 0x22: {
        const end = endOfString(trimmed, at)
        if (end < 0) return null
        if (depth === 1 && isKey) {
          const key = parseKey(trimmed.slice(at, end + 1))
          if (key === null) return null
          keys.add(key)
          isKey = false
        }
        at = end
        break
      }
      case 0x7b: // {
      case 0x5b: // [
        depth += 1
        isKey = depth === 1
        break
      case 0x7d: // }
      case 0x5d: // ]
        depth -= 1
        break
      case 0x2c: // ,
        isKey = depth === 1
        break
    }
  }
  return depth === 0 ? [...keys] : null
}

/** Where the string that begins at `from` ends; -1 when it does not. A quote after an odd run of backslashes is inside. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes += 1
    if (backslashes % 2 === 0) return end
  }
  return -1
}

function parseKey(quoted: string): string | null {
  try {
    return JSON.parse(quoted) as string
  } catch {
    return null // a bad escape, which the caller reports as invalid JSON
  }
}
