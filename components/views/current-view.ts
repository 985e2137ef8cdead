import { SHAREABLE_PATHS, type ShareablePath } from '@/lib/contracts/share'

/** The state of a page as a view keeps it: its address's query string without the project. */
export function toViewQuery(search: string): string {
  const query = new URLSearchParams(search)
  query.delete('project')
  return query.toString()
}

/** The address of a view in its project. */
export function toViewHref({ path, query }: { path: string; query: string }, project: string): string {
  const search = new URLSearchParams(query)
  search.set('project', project)
  return `${path}?${search}`
}

/** The page as one that can be shown to somebody without an account; null for the others. */
export function toShareablePath(pathname: string): ShareablePath | null {
  return SHAREABLE_PATHS.find((path) => path === pathname) ?? null
}

const DAY_MS = 86_400_000

/** How long a link may live. */
export const SHARE_LIFETIMES = [
  { days: 1, text: 'in a day' },
  { days: 7, text: 'in a week' },
  { days: 30, text: 'in 30 days' },
  { days: 90, text: 'in 90 days' },
] as const

/** The instant so many days from now. */
export function toExpiry(days: number, nowMs: number): string {
  return new Date(nowMs + days * DAY_MS).toISOString()
}

/** What became of a link by now. */
export function toShareState(
  { revokedAt, expiresAt }: { revokedAt: string | null; expiresAt: string },
  nowMs: number,
): 'in use' | 'revoked' | 'ended' {
  if (revokedAt !== null) return 'revoked'
  return Date.parse(expiresAt) > nowMs ? 'in use' : 'ended'
}
