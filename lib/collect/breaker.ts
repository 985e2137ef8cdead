/** Whether something that fails is asked again. */
export type Breaker = {
  /** False while it is left alone; a caller that is let in must say `succeed` or `fail` afterwards. */
  tryEnter(): boolean
  succeed(): void
  fail(): void
}

export type BreakerOptions = {
  /** Failures in a row after which it is left alone. */
  failuresMax?: number
  /** So long nobody asks; then one caller does, for all. */
  pauseMs?: number
  nowMs: () => number
}

/**
 * A circuit breaker. Pro: while something is away, callers learn so at once instead of each waiting for its deadline. Con:
 * what came back is noticed up to `pauseMs` late. A failure after the pause closes the door again at once.
 */
export function createBreaker({ failuresMax = 3, pauseMs = 2_000, nowMs }: BreakerOptions): Breaker {
  let failures = 0
  let isAsked = false
  let openUntilMs = 0
  return {
    tryEnter() {
      if (failures < failuresMax) return true
      if (isAsked || nowMs() < openUntilMs) return false
      isAsked = true
      return true
    },
    succeed() {
      failures = 0
      isAsked = false
    },
    fail() {
      failures += 1
      isAsked = false
      openUntilMs = nowMs() + pauseMs
    },
  }
}
