/** `/share/<token>`, the page that a read-only link leads to. */
const SHARED_PAGE = /^\/share\/(share_[A-Za-z0-9_-]{43})\/?$/

/** The token of the read-only link that a page was opened by, from its path; null on every other page. */
export function parseShareToken(pathname: string): string | null {
  return SHARED_PAGE.exec(pathname)?.[1] ?? null
}
