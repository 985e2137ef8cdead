import 'server-only'
import { readAccessClaims } from '../auth/access-token'
import { AppError } from '../core/errors'
import { readEnv } from '../platform/env'
import { readBytes } from './read-body'

/** A request to the store's REST interface may carry so much. */
const BODY_SIZE_BYTES_MAX = 1024 * 1024
const ROLES: ReadonlySet<string> = new Set(['anon', 'authenticated'])
/** Headers of the PostgREST protocol; all others stay here. */
const REQUEST_HEADERS = ['accept', 'accept-profile', 'content-profile', 'content-type', 'prefer', 'range', 'range-unit']
const RESPONSE_HEADERS = ['content-range', 'content-type', 'location', 'preference-applied']

/**
 * Passes a browser's request on to the local store's REST interface: only while that is a server of ours on loopback, and
 * only for tokens of the roles `anon` and `authenticated`, whose rights are the store's row level security. Throws
 * `not_found` elsewhere, `unauthenticated` without a valid token, `forbidden` for any other role.
 */
export async function passToStore(request: Request, path: readonly string[]): Promise<Response> {
  const { JWT_SECRET, NEXT_PUBLIC_SUPABASE_URL: base } = readEnv()
  if (!JWT_SECRET || !base || !isLoopback(new URL(base).hostname)) {
    throw new AppError('not_found', 'This install’s store is asked at its own address.')
  }
  // URLs resolve dot segments: one of them would lead out of the REST interface, to Auth with its throttle left behind.
  if (path.some((segment) => /^\.{0,2}$/.test(segment))) throw new AppError('not_found', 'There is no such thing.')
  const { apikey, authorization } = await readTokens(request.headers)
  const headers = new Headers({ apikey, authorization })
  for (const name of REQUEST_HEADERS) copyHeader(name, request.headers, headers)
  const url = `${base}/rest/v1/${path.map(encodeURIComponent).join('/')}${new URL(request.url).search}`
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD'
  const body = hasBody ? ((await readBytes(request, BODY_SIZE_BYTES_MAX)) as Uint8Array<ArrayBuffer>) : null
  let answer: Response
  try {
    answer = await fetch(url, { method: request.method, headers, body, cache: 'no-store' })
  } catch (cause) {
    throw new AppError('store_unavailable', 'The store does not answer; try again soon.', {
      cause,
      retryAfterMs: 2_000,
    })
  }
  const passed = new Headers()
  for (const name of RESPONSE_HEADERS) copyHeader(name, answer.headers, passed)
  return new Response(answer.body, { status: answer.status, headers: passed })
}

// Both tokens are checked, so that neither can carry a stronger role past the other.
async function readTokens(headers: Headers): Promise<{ apikey: string; authorization: string }> {
  const apikey = headers.get('apikey') ?? ''
  const bearer = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? apikey
  for (const token of new Set([apikey, bearer])) {
    const claims = token ? await readAccessClaims(token) : null
    if (!claims) throw new AppError('unauthenticated', 'Send a valid `apikey` and `Authorization: Bearer`.')
    if (!ROLES.has(claims.role)) throw new AppError('forbidden', 'Only the roles anon and authenticated pass here.')
  }
  return { apikey, authorization: `Bearer ${bearer}` }
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname)
}

function copyHeader(name: string, from: Headers, to: Headers): void {
  const value = from.get(name)
  if (value !== null) to.set(name, value)
}
