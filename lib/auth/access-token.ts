import 'server-only'
import { decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { AppError } from '../core/errors'
import type { MemberId } from '../core/ids'
import { isUuid } from '../core/ids'
import { anonymousClient } from '../database/client'
import { readEnv } from '../platform/env'

/** What an access token says: whose it is, and for which of the store's roles. */
export type AccessClaims = { userId: MemberId | null; email: string; role: string }

/**
 * The claims of a token whose signature and times hold; null for any other text. HS256 is checked here with `JWT_SECRET`;
 * tokens signed otherwise (Supabase's asymmetric keys) by Auth's published keys. Throws `store_unavailable` when Auth has
 * to be asked and does not answer.
 */
export async function readAccessClaims(token: string): Promise<AccessClaims | null> {
  const { JWT_SECRET } = readEnv()
  let algorithm: string | undefined
  try {
    algorithm = decodeProtectedHeader(token).alg
  } catch {
    return null // not a JWT at all
  }
  if (algorithm === 'HS256' && JWT_SECRET) return verifyLocally(token, JWT_SECRET)
  return verifyWithAuth(token)
}

/** The signed-in person of a token: only role `authenticated` is one, and only with a subject. Null for others. */
export async function readSignedInMember(token: string): Promise<{ id: MemberId; email: string } | null> {
  const claims = await readAccessClaims(token)
  if (claims?.role !== 'authenticated' || claims.userId === null) return null
  return { id: claims.userId, email: claims.email }
}

async function verifyLocally(token: string, secret: string): Promise<AccessClaims | null> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), { algorithms: ['HS256'] })
    return toClaims(payload)
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}

async function verifyWithAuth(token: string): Promise<AccessClaims | null> {
  const { data, error } = await anonymousClient().auth.getClaims(token)
  if (error && (error.status === 0 || (error.status ?? 400) >= 500)) {
    throw new AppError('store_unavailable', 'Sign-in does not answer; try again soon.', {
      cause: error,
      retryAfterMs: 2_000,
    })
  }
  return data ? toClaims(data.claims) : null
}

function toClaims(payload: Record<string, unknown>): AccessClaims {
  return {
    userId: isUuid(payload.sub) ? (payload.sub as MemberId) : null,
    email: typeof payload.email === 'string' ? payload.email : '',
    role: typeof payload.role === 'string' ? payload.role : '',
  }
}
