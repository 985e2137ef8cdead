import { createClient } from './client'

const patterns = new Map<string, string>()

/** Says that the page at `pathname` is an instance of the route `pattern`. */
export function rememberPattern(pathname: string, pattern: string): void {
  patterns.set(pathname, pattern)
}

/** The one client of an app's page: both public entries speak through it, so that they share a queue. */
export const pageClient = createClient({
  openDurableStore: async () => (await import('./durable-store')).openDurableStore(),
  toPattern: (pathname) => patterns.get(pathname) ?? pathname,
})
