/**
 * A text that spreadsheets would take for a formula: `=`, `+`, `-`, `@`, tab or carriage return first.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^[=+\-@\t\r]/
const NEEDS_QUOTES = /[",\r\n]/

/**
 * One line of CSV, ended with CRLF (RFC 4180). Null and undefined are empty cells, numbers and booleans as they are, objects JSON. A
 * text that would run as a formula gets an apostrophe in front: what somebody typed into a page must not run at who opens the file.
 */
export function toCsvLine(cells: readonly unknown[]): string {
  return `${cells.map(toCell).join(',')}\r\n`
}

function toCell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const harmless = FORMULA.test(text) ? `'${text}` : text
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
