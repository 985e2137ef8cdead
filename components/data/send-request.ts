import { config, type ZodType } from 'zod'
import { errorBody } from '@/lib/contracts/envelope'
import { RequestError } from './request-error'
import { parseShareToken } from './share-token'

// zod tries `new Function` to see whether it may compile schemas; under our content security policy the try itself is reported.
config({ jitless: true })

export type RequestOptions<Result> = {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Sent as JSON; a file as it is. */
  body?: unknown
  /** What `data` must look like; `z.unknown()` where the answer is of no interest. */
  answer: ZodType<Result>
  signal?: AbortSignal
  /** `keep`: a 401 is an answer of its own (a wrong password). Default: renew the session once, then go to sign in. */
  onUnauthenticated?: 'sign-in' | 'keep'
}

/** `data` of the answer, and when the server says it gave it (its clock, not this browser's). */
export type Answer<Result> = { data: Result; meta: Record<string, unknown>; answeredAtMs: number }

/**
 * Sends a request to a route of the product and gives its checked answer. Throws a `RequestError` for every failure: the
 * server's own, `network` when it cannot be reached, `invalid_answer` when the answer breaks its contract. An expired session
 * is renewed once and the request repeated; when that fails, too, the browser goes to the sign-in page. On a page that was
 * opened by a read-only link the link's token is what authorises, and its end is a failure like any other.
 */
export async function sendRequest<Result>(path: string, options: RequestOptions<Result>): Promise<Answer<Result>> {
  return toAnswer(await sendInSession(path, options), options.answer)
}

/** Sends a request whose answer is a file, and gives the file. Fails like `sendRequest`; `network`, too, when it breaks off. */
export async function sendDownload(path: string, options: Omit<RequestOptions<never>, 'answer'>): Promise<Blob> {
  const response = await sendInSession(path, options)
  if (!response.ok) throw toRequestError(response, await readJson(response))
  try {
    return await response.blob()
  } catch {
    throw new RequestError('The download broke off. Try again.', {
      code: 'network',
      status: response.status,
      requestId: response.headers.get('x-request-id'),
    })
  }
}

type SendOptions = Omit<RequestOptions<unknown>, 'answer'>

async function sendInSession(path: string, options: SendOptions): Promise<Response> {
  const shareToken = readShareToken()
  const response = await send(path, options, shareToken)
  if (response.status !== 401 || options.onUnauthenticated === 'keep' || shareToken !== null) return response
  if (await renewSession()) return send(path, options)
  goToSignIn()
  return response
}

function readShareToken(): string | null {
  return typeof window === 'undefined' ? null : parseShareToken(window.location.pathname)
}

async function send(
  path: string,
  { method = 'GET', body, signal }: SendOptions,
  bearer: string | null = null,
): Promise<Response> {
  const isFile = body instanceof Blob
  try {
    return await fetch(path, {
      method,
      headers: {
        Accept: 'application/json',
        ...(body !== undefined && !isFile && { 'Content-Type': 'application/json' }),
        ...(bearer !== null && { Authorization: `Bearer ${bearer}` }),
      },
      ...(body !== undefined && { body: isFile ? body : JSON.stringify(body) }),
      ...(signal && { signal }),
      cache: 'no-store',
      credentials: 'same-origin',
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new RequestError('The server cannot be reached. Check the connection.', { code: 'network', status: 0 })
  }
}

let renewal: Promise<boolean> | undefined

// Reports load side by side; they share one renewal, because a refresh token may be spent only once.
function renewSession(): Promise<boolean> {
  renewal ??= send('/api/auth/refresh', { method: 'POST', body: {} })
    .then((response) => response.ok)
    .catch(() => false)
    .finally(() => {
      renewal = undefined
    })
  return renewal
}

function goToSignIn(): void {
  const { pathname, search } = window.location
  if (pathname === '/sign-in') return
  window.location.assign(`/sign-in?next=${encodeURIComponent(pathname + search)}`)
}

async function toAnswer<Result>(response: Response, answer: ZodType<Result>): Promise<Answer<Result>> {
  const body = await readJson(response)
  if (!response.ok) throw toRequestError(response, body)
  const { data, meta } = (body ?? {}) as { data?: unknown; meta?: Record<string, unknown> }
  const parsed = answer.safeParse(data)
  if (!parsed.success) {
    throw new RequestError('The answer has an unexpected shape. Reload the page: it may be older than the server.', {
      code: 'invalid_answer',
      status: response.status,
      requestId: response.headers.get('x-request-id'),
      issues: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
    })
  }
  const date = Date.parse(response.headers.get('date') ?? '')
  return { data: parsed.data, meta: meta ?? {}, answeredAtMs: Number.isNaN(date) ? Date.now() : date }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined // an empty or foreign body (a proxy's page): the status says enough
  }
}

function toRequestError(response: Response, body: unknown): RequestError {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1_000 : null
  const parsed = errorBody.safeParse(body)
  if (!parsed.success) {
    return new RequestError(`The server answered with status ${response.status}.`, {
      code: `http_${response.status}`,
      status: response.status,
      requestId: response.headers.get('x-request-id'),
      retryAfterMs,
    })
  }
  const { code, message, requestId, issues = [] } = parsed.data.error
  return new RequestError(message, { code, status: response.status, requestId, issues, retryAfterMs })
}
