import type { JWTPayload } from 'jose'
import type { Answer, Request } from '../answer.ts'
import type { VerifyToken } from '../tokens.ts'
import { AuthError, toAuthAnswer } from './auth-error.ts'
import { hasSession, type LogoutScope, logout, refresh, type Signer, signIn } from './sessions.ts'
import { createUser, deleteUser, readUser, readUsers, type UserChange, updateUser } from './users.ts'

export type Auth = (request: Request) => Promise<Answer>

type Context = Signer & { readonly verifyToken: VerifyToken }
type Handler = (context: Context, request: Request, id: string) => Promise<Answer>

/**
 * What answers `/auth/v1/*`: the part of GoTrue that sign-in by password needs. Nobody can sign up; the service role
 * makes users.
 */
export function createAuth(context: Context): Auth {
  return async (request) => {
    try {
      return await route(context, request)
    } catch (error) {
      return toAuthAnswer(error, request)
    }
  }
}

const ROUTES: readonly (readonly [method: string, path: RegExp, handler: Handler])[] = [
  [
    'GET',
    /^\/health$/,
    async () => toJson(200, { name: 'GoTrue', version: 'growth-stack', description: 'Auth subset' }),
  ],
  // Tokens are signed with a shared secret: there are no public keys, and clients ask `/user` instead.
  ['GET', /^\/\.well-known\/jwks\.json$/, async () => toJson(200, { keys: [] })],
  ['POST', /^\/token$/, answerToken],
  ['GET', /^\/user$/, answerUser],
  ['POST', /^\/logout$/, answerLogout],
  ['POST', /^\/signup$/, refuseSignup],
  ['GET', /^\/admin\/users$/, asService(answerUsers)],
  ['POST', /^\/admin\/users$/, asService(answerCreate)],
  ['GET', /^\/admin\/users\/([^/]+)$/, asService(answerUserById)],
  ['PUT', /^\/admin\/users\/([^/]+)$/, asService(answerUpdate)],
  ['DELETE', /^\/admin\/users\/([^/]+)$/, asService(answerDelete)],
]

async function route(context: Context, request: Request): Promise<Answer> {
  const onPath = ROUTES.filter(([, path]) => path.test(request.path))
  if (onPath.length === 0) throw new AuthError(404, 'not_found', 'Not Found')
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const found = onPath.find(([each]) => each === method)
  if (!found) throw new AuthError(405, 'method_not_allowed', 'Method Not Allowed')
  const [, path, handler] = found
  return handler(context, request, path.exec(request.path)?.[1] ?? '')
}

async function answerToken(context: Context, request: Request): Promise<Answer> {
  await assertApiKey(context, request)
  const body = parseBody(request)
  const grant = request.query.get('grant_type')
  if (grant === 'password') {
    const { email, password } = body
    if (typeof email !== 'string' || typeof password !== 'string') {
      throw new AuthError(400, 'validation_failed', 'An email and a password are required')
    }
    return toJson(200, await signIn(context, email, password))
  }
  if (grant === 'refresh_token') {
    const { refresh_token: token } = body
    if (typeof token !== 'string' || token === '') {
      throw new AuthError(400, 'validation_failed', 'A refresh_token is required')
    }
    return toJson(200, await refresh(context, token))
  }
  throw new AuthError(400, 'validation_failed', 'unsupported_grant_type')
}

async function answerUser(context: Context, request: Request): Promise<Answer> {
  const { userId } = await identify(context, request)
  return toJson(200, await readUser(context.store, userId))
}

async function answerLogout(context: Context, request: Request): Promise<Answer> {
  const { userId, sessionId } = await identify(context, request)
  const scope = request.query.get('scope') ?? 'global'
  if (scope !== 'local' && scope !== 'global' && scope !== 'others') {
    throw new AuthError(400, 'validation_failed', `Unsupported logout scope "${scope}"`)
  }
  await logout(context.store, userId, sessionId, scope satisfies LogoutScope)
  return { status: 204, body: null }
}

async function refuseSignup(): Promise<Answer> {
  throw new AuthError(422, 'signup_disabled', 'Signups not allowed for this instance')
}

async function answerUsers({ store }: Context, { query }: Request): Promise<Answer> {
  const { users, total } = await readUsers(store, Number(query.get('page')), Number(query.get('per_page')))
  const headers = { 'x-total-count': String(total) }
  return { ...toJson(200, { users, aud: 'authenticated' }), headers }
}

async function answerCreate({ store }: Context, request: Request): Promise<Answer> {
  return toJson(200, await createUser(store, parseChange(request)))
}

async function answerUserById({ store }: Context, _: Request, id: string): Promise<Answer> {
  return toJson(200, await readUser(store, id))
}

async function answerUpdate({ store }: Context, request: Request, id: string): Promise<Answer> {
  return toJson(200, await updateUser(store, id, parseChange(request)))
}

async function answerDelete({ store }: Context, _: Request, id: string): Promise<Answer> {
  await deleteUser(store, id)
  return toJson(200, {})
}

/** Lets only the service role through. */
function asService(handler: Handler): Handler {
  return async (context, request, id) => {
    const { role } = await verifyBearer(context, request)
    if (role !== 'service_role') throw new AuthError(403, 'not_admin', 'User not allowed')
    return handler(context, request, id)
  }
}

async function assertApiKey({ verifyToken }: Context, { headers, query }: Request): Promise<void> {
  const key = headers.apikey?.toString() ?? query.get('apikey') ?? readBearer(headers.authorization)
  if (!key) throw new AuthError(401, 'no_authorization', 'No API key found in request')
  await verifyToken(key)
}

async function verifyBearer({ verifyToken }: Context, { headers }: Request): Promise<JWTPayload> {
  const token = readBearer(headers.authorization)
  if (!token) throw new AuthError(401, 'no_authorization', 'This endpoint requires a valid Bearer token')
  return verifyToken(token)
}

/** The person behind a request and the session it belongs to, which must not have been ended. */
async function identify(context: Context, request: Request): Promise<{ userId: string; sessionId: string }> {
  const { sub: userId, session_id: sessionId } = await verifyBearer(context, request)
  if (!userId) throw new AuthError(403, 'bad_jwt', 'invalid claim: missing sub claim')
  if (typeof sessionId === 'string' && (await hasSession(context.store, userId, sessionId)))
    return { userId, sessionId }
  throw new AuthError(403, 'session_not_found', 'Session from session_id claim in JWT does not exist')
}

function readBearer(header: string | undefined): string | undefined {
  return /^bearer\s+(\S+)$/i.exec(header ?? '')?.[1]
}

function parseBody({ body }: Request): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, unknown>
  } catch {
    // Answered below, together with JSON that is no object.
  }
  throw new AuthError(400, 'bad_json', 'Could not parse request body as JSON')
}

function parseChange(request: Request): UserChange {
  const { email, password, email_confirm: isConfirmed, user_metadata: user, app_metadata: app } = parseBody(request)
  const isObject = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  return {
    ...(typeof email === 'string' && { email }),
    ...(typeof password === 'string' && { password }),
    ...(typeof isConfirmed === 'boolean' && { isConfirmed }),
    ...(isObject(user) && { userMetadata: user }),
    ...(isObject(app) && { appMetadata: app }),
  }
}

function toJson(status: number, body: object): Answer {
  return { status, body: JSON.stringify(body) }
}
