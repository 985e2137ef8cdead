import { collectPath } from '../platform/public-env'
import type { Chunks, LoadChunk } from './chunks'
import { createClient } from './client'

const CHUNKS: { readonly [Name in keyof Chunks]: () => Promise<Chunks[Name]> } = {
  vitals: async () => (await import('./vitals')).startVitals,
  consent: async () => (await import('./apply-consent')).applyConsent,
  refusal: async () => (await import('./refusal')).settleRefusal,
}
const patterns = new Map<string, string>()

/** Says that the page at `pathname` is an instance of the route `pattern`. */
export function rememberPattern(pathname: string, pattern: string): void {
  patterns.set(pathname, pattern)
}

/** Loads a lazy chunk of the app's bundle. */
export const loadChunk: LoadChunk = (name) => CHUNKS[name]()

/** The one client of an app's page: both public entries speak through it, so that they share a queue. */
export const pageClient = createClient(
  loadChunk,
  { endpoint: collectPath },
  (pathname) => patterns.get(pathname) ?? pathname,
)
