/** What a browser keeps of one `Set-Cookie`. */
export type SetCookie = { value: string; attributes: string[] }

/** The cookies that an answer sets, by name. */
export function readSetCookies({ headers }: Response): Record<string, SetCookie> {
  return Object.fromEntries(
    headers.getSetCookie().map((text) => {
      const [pair = '', ...attributes] = text.split('; ')
      const at = pair.indexOf('=')
      return [pair.slice(0, at), { value: pair.slice(at + 1), attributes }]
    }),
  )
}

/** The `Cookie` header a browser would send to /api/auth after these answers, the newest last. */
export function toCookieHeader(...responses: Response[]): string {
  const kept = Object.entries(Object.assign({}, ...responses.map(readSetCookies)) as Record<string, SetCookie>)
  return kept
    .filter(([, { attributes }]) => !attributes.includes('Max-Age=0'))
    .map(([name, { value }]) => `${name}=${value}`)
    .join('; ')
}

/** The names of all cookies of a session, each with an empty value: what an answer sets that ends it. */
export const CLEARED = {
  'growth-access': { value: '', attributes: ['Path=/', 'Max-Age=0', 'HttpOnly', 'SameSite=Lax'] },
  'growth-refresh': { value: '', attributes: ['Path=/api/auth', 'Max-Age=0', 'HttpOnly', 'SameSite=Lax'] },
  'growth-session': { value: '', attributes: ['Path=/', 'Max-Age=0', 'HttpOnly', 'SameSite=Lax'] },
}

/** Requests as a browser sends them from a page of another site. */
export const FOREIGN_PAGES: readonly Record<string, string>[] = [
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site', origin: 'http://localhost:3001' },
]
