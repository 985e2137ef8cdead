import type { Answer } from '../answer.ts'
import { DatabaseError, StoreAwayError, StoreBusyError } from '../store.ts'
import { TokenError, type TokenFault } from '../tokens.ts'

/** An answer of PostgREST that is no success, with the body that PostgREST gives. */
export class RestError extends Error {
  override readonly name = 'RestError'
  readonly status: number
  readonly code: string
  readonly details: string | null
  readonly hint: string | null

  constructor(status: number, code: string, message: string, more: { details?: string; hint?: string } = {}) {
    super(message)
    this.status = status
    this.code = code
    this.details = more.details ?? null
    this.hint = more.hint ?? null
  }
}

/** The error for a query string that cannot be read. */
export function parseError(what: string, text: string): RestError {
  return new RestError(400, 'PGRST100', `"failed to parse ${what} (${text})"`, {
    details: `unexpected input in ${what}`,
  })
}

/** The answer to a failed request. `isAnonymous`: made with the anon role, which a refusal asks to sign in (401, not 403). */
export function toErrorAnswer(error: unknown, isAnonymous: boolean): Answer {
  if (error instanceof RestError) return errorAnswer(error.status, error)
  if (error instanceof TokenError) return tokenAnswer(error)
  if (error instanceof DatabaseError) {
    const status = toStatus(error.code, isAnonymous)
    return errorAnswer(status, {
      code: error.code,
      message: error.message,
      details: error.detail,
      hint: error.hint,
    })
  }
  if (error instanceof StoreBusyError) {
    return errorAnswer(504, {
      code: 'PGRST003',
      message: 'Timed out acquiring connection from connection pool.',
      details: null,
      hint: null,
    })
  }
  if (error instanceof StoreAwayError) {
    return errorAnswer(503, {
      code: 'PGRST001',
      message: 'Database client error. Retrying the connection.',
      details: error.message,
      hint: null,
    })
  }
  throw error
}

type ErrorFields = { code: string; message: string; details: string | null; hint: string | null }

function errorAnswer(status: number, { code, message, details, hint }: ErrorFields): Answer {
  return {
    status,
    body: JSON.stringify({ code, details, hint, message }),
    headers: {
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
      ...(status === 503 && { 'retry-after': '1' }),
    },
  }
}

const TOKEN_FAULTS: Record<TokenFault, { code: string; message: string }> = {
  expired: { code: 'PGRST303', message: 'JWT expired' },
  not_yet_valid: { code: 'PGRST303', message: 'JWT not yet valid' },
  bad_signature: { code: 'PGRST301', message: 'No suitable key or wrong key type' },
  malformed: { code: 'PGRST301', message: 'JWT could not be decoded' },
}

function tokenAnswer({ fault }: TokenError): Answer {
  const { code, message } = TOKEN_FAULTS[fault]
  const answer = errorAnswer(401, { code, message, details: null, hint: null })
  const reason = `Bearer error="invalid_token", error_description="${message}"`
  return { ...answer, headers: { 'www-authenticate': reason } }
}

/**
 * The longest prefix of the SQLSTATE decides. Source: the table "HTTP Status" of
 * https://docs.postgrest.org/en/v13/references/errors.html#postgresql-errors
 */
const STATUS_BY_SQLSTATE: readonly (readonly [prefix: string, status: number])[] = [
  ['08', 503],
  ['09', 500],
  ['0L', 403],
  ['0P', 403],
  ['23503', 409],
  ['23505', 409],
  ['25006', 405],
  ['25', 500],
  ['28', 403],
  ['2D', 500],
  ['38', 500],
  ['39', 500],
  ['3B', 500],
  ['40', 500],
  ['42883', 404],
  ['42P01', 404],
  ['42P17', 500],
  ['53400', 500],
  ['53', 503],
  ['54', 500],
  ['55', 500],
  ['57P01', 503],
  ['57', 500],
  ['58', 500],
  ['F0', 500],
  ['HV', 500],
  ['P0001', 400],
  ['P0', 500],
  ['XX', 500],
]

function toStatus(code: string, isAnonymous: boolean): number {
  if (code === '42501') return isAnonymous ? 401 : 403
  // `raise sqlstate 'PT402'` chooses its own status.
  const own = /^PT([1-5]\d\d)$/.exec(code)?.[1]
  if (own) return Number(own)
  return STATUS_BY_SQLSTATE.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 400
}
