/** Holds the access token; sent with every request. */
export const ACCESS_COOKIE = 'growth-access'
/** Holds the refresh token; sent to `/api/auth/*` only. */
export const REFRESH_COOKIE = 'growth-refresh'
/** Says that a refresh token exists, where it cannot be seen: a page then tries a refresh before it asks for a password. */
export const SESSION_COOKIE = 'growth-session'

/** As long as a browser may stay signed in without a visit, in seconds. */
const REFRESH_SECONDS = 30 * 86_400

/** The two tokens of a session as Auth gives them. */
export type SessionTokens = { accessToken: string; refreshToken: string; expiresInSeconds: number }

/** The value of one cookie of a `Cookie` header; undefined when absent. Values here are tokens and need no decoding. */
export function readCookie(headers: Headers, name: string): string | undefined {
  for (const pair of (headers.get('cookie') ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return undefined
}

/** `Set-Cookie` values that keep a session in the browser: HttpOnly, SameSite=Lax, `Secure` behind https. */
export function toSessionCookies(tokens: SessionTokens, isSecure: boolean): string[] {
  return [
    toCookie(ACCESS_COOKIE, tokens.accessToken, '/', tokens.expiresInSeconds, isSecure),
    toCookie(REFRESH_COOKIE, tokens.refreshToken, '/api/auth', REFRESH_SECONDS, isSecure),
    toCookie(SESSION_COOKIE, '1', '/', REFRESH_SECONDS, isSecure),
  ]
}

/** `Set-Cookie` values that end the session in the browser. */
export function toClearedCookies(isSecure: boolean): string[] {
  return [
    toCookie(ACCESS_COOKIE, '', '/', 0, isSecure),
    toCookie(REFRESH_COOKIE, '', '/api/auth', 0, isSecure),
    toCookie(SESSION_COOKIE, '', '/', 0, isSecure),
  ]
}

function toCookie(name: string, value: string, path: string, maxAgeSeconds: number, isSecure: boolean): string {
  return `${name}=${value}; Path=${path}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
}
