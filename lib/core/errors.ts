/**
 * Every error code a caller can receive, with the HTTP status it is answered with. The one table: routes, the SDK and
 * the tests read it, so a code means one status everywhere.
 */
export const ERROR_STATUS = {
  invalid_json: 400,
  invalid_encoding: 400,
  unauthenticated: 401,
  unknown_key: 401,
  invalid_credentials: 401,
  forbidden: 403,
  origin_not_allowed: 403,
  not_found: 404,
  method_not_allowed: 405,
  upload_stalled: 408,
  conflict: 409,
  clock_skew: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  invalid_request: 422,
  not_supported: 422,
  rate_limited: 429,
  internal: 500,
  store_unavailable: 503,
  overloaded: 503,
  deadline_exceeded: 503,
} as const

export type ErrorCode = keyof typeof ERROR_STATUS

/** One fault in the caller's input: where it is (`steps.0.event`) and what to do about it. */
export type Issue = { path: string; message: string }

type AppErrorOptions = {
  cause?: unknown
  issues?: readonly Issue[]
  /** Seconds the caller should wait, sent as `Retry-After` and rounded up. */
  retryAfterMs?: number
  /** Further public fields of the error body, such as `serverTime`. */
  details?: Readonly<Record<string, unknown>>
}

/**
 * A fault that a caller may see: `message` is safe to show and says what to do; everything private stays in `cause`.
 * Thrown anywhere below `defineRoute`, which alone turns it into a response.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly issues: readonly Issue[] | undefined
  readonly retryAfterMs: number | undefined
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor(code: ErrorCode, publicMessage: string, options: AppErrorOptions = {}) {
    super(publicMessage, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.issues = options.issues
    this.retryAfterMs = options.retryAfterMs
    this.details = options.details
  }

  /** The HTTP status of the code, from `ERROR_STATUS`. */
  get status(): number {
    return ERROR_STATUS[this.code]
  }
}
