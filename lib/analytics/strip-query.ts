/**
 * What a query string may leave of itself on a route or referrer: its `utm_*` parameters (DESIGN §6), since others carry
 * tokens and addresses. `?a=1&utm_source=x` gives `?utm_source=x`, nothing gives nothing.
 */
export function stripQuery(search: string): string {
  return search.replace(/[?&](?!utm_)[^&]*/g, '').replace(/^&/, '?')
}
