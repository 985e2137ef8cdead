/** Unix milliseconds now. Pure code takes the instant as an argument; this is where the argument comes from. */
export function nowMs(): number {
  return Date.now()
}

/** A point on a clock that never jumps, in ms, for measuring durations only. */
export function monotonicMs(): number {
  return performance.now()
}
