import { createHash, createHmac, randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import type { Store, Transaction } from '../store.ts'
import { AuthError } from './auth-error.ts'
import { isPassword } from './passwords.ts'
import { AUTH_TIMEOUT_MS, readCredentials, readUser, type User } from './users.ts'

export type Signer = { readonly store: Store; readonly jwtSecret: string; readonly toIssuer: () => string }
/** What a sign-in or a refresh gives; the clients' type `Session`. */
export type Session = {
  access_token: string
  token_type: 'bearer'
  expires_in: number
  expires_at: number
  refresh_token: string
  user: User
}
/** `others` keeps the session that asks. */
export type LogoutScope = 'local' | 'global' | 'others'

const ACCESS_TOKEN_S = 3_600
/** GoTrue's `refresh_token_reuse_interval`: two tabs may send the same token, or an answer may get lost. */
const REUSE_S = 10

/** Throws AuthError `invalid_credentials`, whether the address or the password is wrong, `email_not_confirmed` or `user_banned`. */
export async function signIn(signer: Signer, email: string, password: string): Promise<Session> {
  const found = await readCredentials(signer.store, email)
  const isRight = await isPassword(password, found?.encryptedPassword ?? null)
  if (!found || !isRight) throw new AuthError(400, 'invalid_credentials', 'Invalid login credentials')
  if (found.isBanned) throw new AuthError(400, 'user_banned', 'User is banned')
  if (!found.isConfirmed) throw new AuthError(400, 'email_not_confirmed', 'Email not confirmed')
  const refreshToken = randomBytes(32).toString('base64url')
  const sessionId = await signer.store.transaction({ timeoutMs: AUTH_TIMEOUT_MS }, async (tx) => {
    await tx.query('update auth.users set last_sign_in_at = now() where id = $1', [found.user.id])
    const [row] = await tx.query('insert into auth.sessions (user_id) values ($1) returning id::text', [found.user.id])
    await appendRefreshToken(tx, String(row?.id), refreshToken)
    return String(row?.id)
  })
  return createSession(signer, await readUser(signer.store, found.user.id), sessionId, refreshToken)
}

/**
 * Exchanges a refresh token for the next one. Sent again within 10 s it gives the same next one; later it ends the session,
 * because one of the two who hold it stole it. Throws AuthError `refresh_token_not_found`, `refresh_token_already_used`
 * or `user_banned`.
 */
export async function refresh(signer: Signer, refreshToken: string): Promise<Session> {
  const next = toNextRefreshToken(signer.jwtSecret, refreshToken)
  const outcome = await signer.store.transaction({ timeoutMs: AUTH_TIMEOUT_MS }, (tx) => rotate(tx, refreshToken, next))
  switch (outcome.kind) {
    case 'unknown':
      throw new AuthError(400, 'refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found')
    case 'reused':
      throw new AuthError(400, 'refresh_token_already_used', 'Invalid Refresh Token: Already Used')
    case 'banned':
      throw new AuthError(400, 'user_banned', 'Invalid Refresh Token: User Banned')
    case 'rotated':
      return createSession(signer, await readUser(signer.store, outcome.userId), outcome.sessionId, next)
  }
}

type Rotation = { kind: 'unknown' | 'reused' | 'banned' } | { kind: 'rotated'; sessionId: string; userId: string }

async function rotate(tx: Transaction, refreshToken: string, next: string): Promise<Rotation> {
  const [row] = await tx.query(
    `select tokens.id::text as token_id, tokens.session_id::text, sessions.user_id::text,
      tokens.revoked_at is not null as is_used,
      coalesce(tokens.revoked_at < clock_timestamp() - make_interval(secs => $2), false) as is_reused,
      coalesce(users.banned_until > now(), false) as is_banned
    from auth.refresh_tokens as tokens
    join auth.sessions as sessions on sessions.id = tokens.session_id
    join auth.users as users on users.id = sessions.user_id
    where tokens.token_hash = $1 for update of tokens`,
    [toHash(refreshToken), String(REUSE_S)],
  )
  if (!row) return { kind: 'unknown' }
  const sessionId = String(row.session_id)
  if (row.is_reused === true) {
    await tx.query('delete from auth.sessions where id = $1', [sessionId])
    return { kind: 'reused' }
  }
  if (row.is_banned === true) return { kind: 'banned' }
  if (row.is_used !== true) {
    await tx.query('update auth.refresh_tokens set revoked_at = clock_timestamp() where id = $1', [
      String(row.token_id),
    ])
    await appendRefreshToken(tx, sessionId, next)
    await tx.query('update auth.sessions set refreshed_at = now() where id = $1', [sessionId])
  }
  return { kind: 'rotated', sessionId, userId: String(row.user_id) }
}

/** Ends sessions of the user: this one, all, or all others. Their access tokens stay valid for up to an hour in PostgREST. */
export async function logout(store: Store, userId: string, sessionId: string, scope: LogoutScope): Promise<void> {
  const which = { local: 'id = $2', others: 'id <> $2', global: '$2::uuid is not null' }[scope]
  await store.transaction({ timeoutMs: AUTH_TIMEOUT_MS }, (tx) =>
    tx.query(`delete from auth.sessions where user_id = $1 and ${which}`, [userId, sessionId]),
  )
}

/** True while nobody has ended the session. */
export async function hasSession(store: Store, userId: string, sessionId: string): Promise<boolean> {
  const rows = await store.transaction({ timeoutMs: AUTH_TIMEOUT_MS, isReadOnly: true }, (tx) =>
    tx.query('select from auth.sessions where id::text = $1 and user_id::text = $2', [sessionId, userId]),
  )
  return rows.length > 0
}

async function createSession(signer: Signer, user: User, sessionId: string, refreshToken: string): Promise<Session> {
  const issuedAt = Math.floor(Date.now() / 1000)
  const accessToken = await new SignJWT({
    email: user.email,
    role: user.role,
    session_id: sessionId,
    app_metadata: user.app_metadata,
    user_metadata: user.user_metadata,
    aal: 'aal1',
    is_anonymous: false,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(signer.toIssuer())
    .setSubject(user.id)
    .setAudience('authenticated')
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ACCESS_TOKEN_S)
    .sign(new TextEncoder().encode(signer.jwtSecret))
  return {
    access_token: accessToken,
    token_type: 'bearer',
    expires_in: ACCESS_TOKEN_S,
    expires_at: issuedAt + ACCESS_TOKEN_S,
    refresh_token: refreshToken,
    user,
  }
}

function appendRefreshToken(tx: Transaction, sessionId: string, refreshToken: string): Promise<unknown> {
  return tx.query('insert into auth.refresh_tokens (session_id, token_hash) values ($1, $2)', [
    sessionId,
    toHash(refreshToken),
  ])
}

/** A pure function of the token before, so that a repeated exchange gives the same answer though only hashes are stored. */
function toNextRefreshToken(secret: string, refreshToken: string): string {
  return createHmac('sha256', secret).update(`refresh-token:${refreshToken}`).digest('base64url')
}

function toHash(refreshToken: string): string {
  return createHash('sha256').update(refreshToken).digest('hex')
}
