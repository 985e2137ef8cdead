import { type SessionTokens, toClearedCookies, toSessionCookies } from '@/lib/auth/cookies'

/** `Set-Cookie` values of a new session, or those that end it; `Secure` when the browser came over https. */
export function toCookies(request: Request, tokens: SessionTokens | null): string[] {
  const protocol = request.headers.get('x-forwarded-proto')?.split(',')[0]?.trim() ?? new URL(request.url).protocol
  const isSecure = protocol.startsWith('https')
  return tokens ? toSessionCookies(tokens, isSecure) : toClearedCookies(isSecure)
}
