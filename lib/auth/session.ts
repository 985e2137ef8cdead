import 'server-only'
import type { SessionAnswer } from '../contracts/session'
import { AppError } from '../core/errors'
import type { MemberId } from '../core/ids'
import { anonymousClient, STORE_DEADLINE_MS } from '../database/client'
import { readMemberships } from '../database/members'
import { readEnv } from '../platform/env'
import { readSignedInMember } from './access-token'
import type { SessionTokens } from './cookies'

/** What signing in or refreshing gives: the tokens for the cookies, and what the browser may know. */
export type Session = { tokens: SessionTokens; answer: SessionAnswer }

/**
 * Signs in with e-mail and password. Null when they do not fit, without saying which. Throws `store_unavailable` when Auth
 * does not answer and `rate_limited` when it refuses to for now.
 */
export async function createSession(email: string, password: string): Promise<Session | null> {
  const { data, error } = await anonymousClient().auth.signInWithPassword({ email, password })
  if (error) return refuseOrThrow(error.status, error)
  return toSession(data.session)
}

/** Exchanges a refresh token for a new session. Null when it is spent, revoked or unknown. Throws as `createSession` does. */
export async function refreshSession(refreshToken: string): Promise<Session | null> {
  const response = await requestRefresh(refreshToken)
  if (response.ok) return toSession((await response.json()) as AuthSession)
  return refuseOrThrow(response.status, new Error(`Auth answered a refresh with ${response.status}`))
}

/**
 * Ends the session of these tokens, so that its refresh token is spent. Auth takes only an access token that still holds;
 * with another, or none, the refresh token gets one first. A session that is gone already is fine.
 */
export async function deleteSession({
  accessToken,
  refreshToken,
}: {
  accessToken?: string | undefined
  refreshToken?: string | undefined
}): Promise<void> {
  const isHeld = accessToken !== undefined && (await readSignedInMember(accessToken)) !== null
  const renewed = isHeld || !refreshToken ? null : await refreshSession(refreshToken)
  const token = isHeld ? accessToken : renewed?.tokens.accessToken
  if (!token) return
  const { error } = await anonymousClient().auth.admin.signOut(token, 'local')
  if (error) refuseOrThrow(error.status, error)
}

/** What a browser may know about a signed-in person. */
export async function readSessionAnswer(member: { id: MemberId; email: string }): Promise<SessionAnswer> {
  const memberships = await readMemberships(member.id)
  return { member, projects: memberships.map(({ slug, name, role }) => ({ slug, name, role })) }
}

// Not by supabase-js: it repeats a refresh that gets no answer for up to 30 s, beyond every deadline here, and a late success
// would spend the token while the browser still holds it.
async function requestRefresh(refreshToken: string): Promise<Response> {
  const { NEXT_PUBLIC_SUPABASE_URL: url = '', NEXT_PUBLIC_SUPABASE_ANON_KEY: key = '' } = readEnv()
  try {
    return await fetch(`${url.replace(/\/$/, '')}/auth/v1/token?grant_type=refresh_token`, {
      method: 'POST',
      headers: { apikey: key, 'Content-Type': 'application/json' },
      body: JSON.stringify({ refresh_token: refreshToken }),
      cache: 'no-store',
      signal: AbortSignal.timeout(STORE_DEADLINE_MS),
    })
  } catch (cause) {
    throw toAway(cause)
  }
}

type AuthSession = { access_token: string; refresh_token: string; expires_in: number } | null

// The new token is verified here as every later request will verify it: a session that would not hold is none, which also
// keeps a page and its refresh from sending a browser back and forth.
async function toSession(session: AuthSession): Promise<Session | null> {
  const member = session && (await readSignedInMember(session.access_token))
  if (!member) return null
  return {
    tokens: {
      accessToken: session.access_token,
      refreshToken: session.refresh_token,
      expiresInSeconds: session.expires_in,
    },
    answer: await readSessionAnswer(member),
  }
}

function refuseOrThrow(status: number | undefined, cause: Error): null {
  if (status === 429) {
    throw new AppError('rate_limited', 'Too many attempts; wait a little.', { cause, retryAfterMs: 30_000 })
  }
  if (status !== undefined && status >= 400 && status < 500) return null
  throw toAway(cause)
}

function toAway(cause: unknown): AppError {
  return new AppError('store_unavailable', 'Sign-in does not answer; try again soon.', { cause, retryAfterMs: 2_000 })
}
