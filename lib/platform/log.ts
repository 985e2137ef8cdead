type LogValue = string | number | boolean | null | undefined

/** The fields of one line. Names of events are snake_case and closed per module, so that a line can be searched for. */
export type LogEntry = { event: string; [field: string]: LogValue }

/**
 * Writes one JSON line: `info` and `warning` to standard output, `error` to standard error. Scalars only, so that no
 * payload slips in; the caller never passes a token, a prompt or an address.
 */
export function writeLog(level: 'info' | 'warning' | 'error', entry: LogEntry): void {
  const line = JSON.stringify({ time: new Date().toISOString(), level, ...entry })
  // biome-ignore-start lint/suspicious/noConsole: the one place that writes to the console; the edge runtime has no streams
  if (level === 'error') console.error(line)
  else console.log(line)
  // biome-ignore-end lint/suspicious/noConsole: see above
}

/**
 * What may be said about a fault in a log: the names and messages of the error and its causes, up to three deep. A cause
 * from the store names a column or a constraint, never a value: `details` is left out.
 */
export function toLogText(error: unknown): string {
  const texts: string[] = []
  for (let cause = error; cause instanceof Error && texts.length < 3; cause = cause.cause) {
    texts.push(`${cause.name}: ${cause.message}`)
  }
  return texts.length > 0 ? texts.join(' < ') : String(error)
}
