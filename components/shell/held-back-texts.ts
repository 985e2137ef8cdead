import type { IngestHealth } from '@/lib/contracts/ingest-health'
import { formatExactCount } from '../format/format-number'
import { formatAge, formatMoment } from '../format/format-time'

/** Codes of a failure that mean: the database cannot be asked now. */
const AWAY_CODES: readonly string[] = ['store_unavailable', 'deadline_exceeded']

/** What it means when not even the figures can be read; null when the failure says nothing about the database. */
export function toAwayText(code: string): string | null {
  if (!AWAY_CODES.includes(code)) return null
  return 'The database does not answer. What arrives waits in Redis, or with its senders where there is none, and is stored once it is back; check that it runs.'
}

/** What is held back, in one sentence per kind: what, how much, since when, what to do. Empty when everything is stored. */
export function toHeldBackTexts({ spilled, oldestMs, deadLetters }: IngestHealth['heldBack'], nowMs: number): string[] {
  return [
    ...(spilled !== null && spilled > 0 ? [toSpillText(spilled, oldestMs, nowMs)] : []),
    ...(deadLetters > 0 ? [toDeadLettersText(deadLetters)] : []),
  ]
}

function toSpillText(rows: number, oldestMs: number | null, nowMs: number): string {
  const since = oldestMs === null ? '' : ` since ${formatMoment(oldestMs)} (${formatAge(nowMs - oldestMs)})`
  const subject = rows === 1 ? '1 row waits' : `${formatExactCount(rows)} rows wait`
  return `${subject} in Redis${since}: the database did not take them. They are stored by themselves once it does; check that it runs.`
}

function toDeadLettersText(rows: number): string {
  return rows === 1
    ? '1 row was refused by the database for what it holds. Look at it, then try again or discard.'
    : `${formatExactCount(rows)} rows were refused by the database for what they hold. Look at them, then try again or discard.`
}
