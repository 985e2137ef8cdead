/** What became of a batch, as far as the collector said. Positions of rejected items count from 0. */
export type BatchOutcome =
  | { kind: 'stored'; rejected: readonly { index: number; reason: string }[] }
  | { kind: 'too_large' }
  | { kind: 'refused'; status: number }
  | { kind: 'later'; status: number | null; retryAfterMs: number }

/** Longest pause a collector may ask for. */
const RETRY_AFTER_MS_MAX = 3_600_000
/** 4xx that say nothing against the batch: time, a corrected key or another address may heal them. */
const HEALED = [401, 403, 404, 408, 409, 425, 429]

/**
 * Reads an answer. Only a 2xx that speaks the contract confirms: anything else that could be stored later is `later`, so that
 * a proxy's page, a revoked key or a collector that is not there yet lose nothing. 400, 415, 422 and the like are `refused`:
 * the same bytes would be again.
 */
export async function readAnswer(response: Response): Promise<BatchOutcome> {
  const { status, headers } = response
  const retryAfterMs = Math.min(Number(headers.get('retry-after')) * 1_000 || 0, RETRY_AFTER_MS_MAX)
  const body = (await response.json().catch(() => null)) as { data?: { rejected?: unknown } } | null
  const rejected = body?.data?.rejected
  if (response.ok && Array.isArray(rejected)) return { kind: 'stored', rejected }
  if (status === 413) return { kind: 'too_large' }
  const isFinal = status >= 400 && status < 500 && !HEALED.includes(status)
  return isFinal ? { kind: 'refused', status } : { kind: 'later', status, retryAfterMs }
}

/** First pause after a failure; each further one may be twice as long, up to some four minutes. */
const BACKOFF_MS = 1_000
const BACKOFF_DOUBLINGS_MAX = 8

/**
 * The pause after the `failureCount`th failure in a row, in ms: full jitter (`random` is in [0, 1)) on top of what the
 * collector asked for. Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function toPauseMs(failureCount: number, retryAfterMs: number, random: number): number {
  return retryAfterMs + random * BACKOFF_MS * 2 ** Math.min(failureCount - 1, BACKOFF_DOUBLINGS_MAX)
}
