import { DatabaseError, type Row, type Store } from '../store.ts'
import { AuthError } from './auth-error.ts'
import { hashPassword } from './passwords.ts'

/** As GoTrue shows a user; the clients' type `User`. */
export type User = { id: string; email: string; role: string; app_metadata: object; user_metadata: object }
/** What a user is created or changed with; absent = unchanged. */
export type UserChange = {
  readonly email?: string
  readonly password?: string
  readonly isConfirmed?: boolean
  readonly userMetadata?: object
  readonly appMetadata?: object
}

/** No statement here is more than an index look-up. */
export const AUTH_TIMEOUT_MS = 8_000
const PASSWORD_MIN = 8
/** Longer ones only cost time to hash. */
const PASSWORD_MAX = 1_000
const PAGE_SIZE = 50

const USER_JSON = `json_build_object(
  'id', users.id, 'aud', users.aud, 'role', users.role, 'email', users.email, 'phone', '',
  'email_confirmed_at', users.email_confirmed_at, 'confirmed_at', users.email_confirmed_at,
  'last_sign_in_at', users.last_sign_in_at, 'app_metadata', users.raw_app_meta_data,
  'user_metadata', users.raw_user_meta_data, 'identities', '[]'::json, 'banned_until', users.banned_until,
  'created_at', users.created_at, 'updated_at', users.updated_at, 'is_anonymous', false
)::text as body`

/** The user whom a sign-in names, and what the password is compared with. Null when there is none. */
export async function readCredentials(
  store: Store,
  email: string,
): Promise<{ user: User; encryptedPassword: string | null; isBanned: boolean; isConfirmed: boolean } | null> {
  const [row] = await query(
    store,
    `select ${USER_JSON}, encrypted_password, coalesce(banned_until > now(), false) as is_banned,
      email_confirmed_at is not null as is_confirmed
    from auth.users as users where lower(email) = $1`,
    [toEmail(email)],
  )
  if (!row) return null
  const { encrypted_password: stored, is_banned: isBanned, is_confirmed: isConfirmed } = row
  return {
    user: toUser(row),
    encryptedPassword: stored === null ? null : String(stored),
    isBanned: isBanned === true,
    isConfirmed: isConfirmed === true,
  }
}

/** Throws AuthError `user_not_found`. */
export async function readUser(store: Store, id: string): Promise<User> {
  assertId(id)
  return toUser(await one(store, `select ${USER_JSON} from auth.users as users where id = $1`, [id]))
}

/** One page of all users, oldest first, and how many there are. Pages begin at 1. */
export async function readUsers(
  store: Store,
  page: number,
  perPage: number,
): Promise<{ users: User[]; total: number }> {
  const limit = Math.min(Math.max(perPage || PAGE_SIZE, 1), 1_000)
  const offset = (Math.max(page || 1, 1) - 1) * limit
  const [rows, [count]] = await store.transaction({ timeoutMs: AUTH_TIMEOUT_MS, isReadOnly: true }, (tx) =>
    Promise.all([
      tx.query(`select ${USER_JSON} from auth.users as users order by created_at, id limit $1 offset $2`, [
        String(limit),
        String(offset),
      ]),
      tx.query('select count(*)::int as total from auth.users'),
    ]),
  )
  return { users: rows.map(toUser), total: Number(count?.total) }
}

/** Throws AuthError `email_exists`, `weak_password` or `validation_failed`. */
export async function createUser(store: Store, { email, password, ...rest }: UserChange): Promise<User> {
  if (email === undefined) throw new AuthError(400, 'validation_failed', 'Cannot create a user without an email')
  const row = await one(
    store,
    `insert into auth.users as users (email, encrypted_password, email_confirmed_at, raw_user_meta_data, raw_app_meta_data)
    values ($1, $2, case when $3::boolean then now() end, coalesce($4::jsonb, '{}'),
      '{"provider": "email", "providers": ["email"]}' || coalesce($5::jsonb, '{}'))
    returning ${USER_JSON}`,
    [toValidEmail(email), await toStored(password), String(rest.isConfirmed ?? false), ...toMetadata(rest)],
  )
  return toUser(row)
}

/** A new password ends all sessions. Throws AuthError as `createUser` and `readUser` do. */
export async function updateUser(store: Store, id: string, { email, password, ...rest }: UserChange): Promise<User> {
  assertId(id)
  const encrypted = await toStored(password)
  const row = await one(
    store,
    `with ended_sessions as (delete from auth.sessions where user_id = $1 and $3::text is not null)
    update auth.users as users set
      email = coalesce($2, email),
      encrypted_password = coalesce($3, encrypted_password),
      email_confirmed_at = case when $4::boolean then coalesce(email_confirmed_at, now()) else email_confirmed_at end,
      raw_user_meta_data = raw_user_meta_data || coalesce($5::jsonb, '{}'),
      raw_app_meta_data = raw_app_meta_data || coalesce($6::jsonb, '{}'),
      updated_at = now()
    where id = $1 returning ${USER_JSON}`,
    [
      id,
      email === undefined ? null : toValidEmail(email),
      encrypted,
      String(rest.isConfirmed ?? false),
      ...toMetadata(rest),
    ],
  )
  return toUser(row)
}

/** Sessions go with the user. Throws AuthError `user_not_found`. */
export async function deleteUser(store: Store, id: string): Promise<void> {
  assertId(id)
  await one(store, 'delete from auth.users where id = $1 returning id', [id])
}

function query(store: Store, sql: string, params: readonly (string | null)[]): Promise<Row[]> {
  return store.transaction({ timeoutMs: AUTH_TIMEOUT_MS }, (tx) => tx.query(sql, params))
}

async function one(store: Store, sql: string, params: readonly (string | null)[]): Promise<Row> {
  const [row] = await query(store, sql, params).catch((error: unknown) => {
    if (!(error instanceof DatabaseError) || error.code !== '23505') throw error
    throw new AuthError(422, 'email_exists', 'A user with this email address has already been registered')
  })
  if (!row) throw new AuthError(404, 'user_not_found', 'User not found')
  return row
}

/** The user in the column `body` of a row that was selected with USER_JSON. */
function toUser(row: Row): User {
  return JSON.parse(String(row.body)) as User
}

function toEmail(email: string): string {
  return email.trim().toLowerCase()
}

function toValidEmail(email: string): string {
  const address = toEmail(email)
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address) && address.length <= 255) return address
  throw new AuthError(400, 'validation_failed', 'Unable to validate email address: invalid format')
}

async function toStored(password: string | undefined): Promise<string | null> {
  if (password === undefined) return null
  if (password.length > PASSWORD_MAX) {
    throw new AuthError(400, 'validation_failed', `Password cannot be longer than ${PASSWORD_MAX} characters`)
  }
  if (password.length >= PASSWORD_MIN) return hashPassword(password)
  throw new AuthError(422, 'weak_password', `Password should be at least ${PASSWORD_MIN} characters.`)
}

function toMetadata({ userMetadata, appMetadata }: UserChange): [string | null, string | null] {
  return [userMetadata ? JSON.stringify(userMetadata) : null, appMetadata ? JSON.stringify(appMetadata) : null]
}

function assertId(id: string): void {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return
  throw new AuthError(404, 'validation_failed', 'user_id must be an UUID')
}
