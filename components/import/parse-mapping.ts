/** A mapping of columns as one writes it, or the line that is none. */
export type MappingText = { ok: true; mapping: Record<string, string> } | { ok: false; fault: string }

/** Reads `target = column` lines; blank ones are left out. `event = "=purchase"` needs no quotes: the second `=` marks a constant. */
export function parseMapping(text: string): MappingText {
  const mapping: Record<string, string> = {}
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const at = line.indexOf('=')
    const target = line.slice(0, at).trim()
    const source = line.slice(at + 1).trim()
    if (at < 0 || !target || !source) return { ok: false, fault: `“${line.trim()}” lacks a field or a column.` }
    mapping[target] = source
  }
  return { ok: true, mapping }
}
