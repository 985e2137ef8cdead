import type { Issue } from '@/lib/core/errors'

/** A request that failed: with the code, message and request id the server gave, or `network` when none was reached. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly code: string
  /** 0 when there was no answer. */
  readonly status: number
  /** Null when the failure has none: nobody answered, or something in between did. */
  readonly requestId: string | null
  readonly issues: readonly Issue[]
  /** From `Retry-After`, which counts whole seconds; null without it. */
  readonly retryAfterMs: number | null

  constructor(
    message: string,
    facts: {
      code: string
      status: number
      requestId?: string | null
      issues?: readonly Issue[]
      retryAfterMs?: number | null
    },
  ) {
    super(message)
    this.code = facts.code
    this.status = facts.status
    this.requestId = facts.requestId ?? null
    this.issues = facts.issues ?? []
    this.retryAfterMs = facts.retryAfterMs ?? null
  }

  /** The message for one field of a form, by its path in the request body; undefined when that field is fine. */
  issueAt(path: string): string | undefined {
    return this.issues.find((issue) => issue.path === path || issue.path.startsWith(`${path}.`))?.message
  }
}
