const HERE = 'https://here.invalid'

/**
 * Where to go after signing in: `next` when it is a path of this site, else `/admin`. Anything that a browser could read as
 * another site (`//evil.example`, `/\evil.example`, a scheme) or that would lead straight back to signing in is dropped.
 */
export function toNextPath(next: string | null | undefined): string {
  if (!next?.startsWith('/')) return '/admin'
  let url: URL
  try {
    url = new URL(next, HERE)
  } catch {
    return '/admin' // not an address at all
  }
  if (url.origin !== HERE || url.pathname === '/sign-in') return '/admin'
  return url.pathname + url.search + url.hash
}
