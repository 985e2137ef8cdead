import type { BotReason } from '@/lib/contracts/bot-reasons'
import type { RejectReason } from '@/lib/contracts/collect-answer'
import type { Lane } from '@/lib/contracts/dead-letters'

const REJECTED: Readonly<Record<RejectReason, string>> = {
  invalid_id: 'No uuid as its id',
  invalid_event: 'Not an event, conversion or measurement',
  invalid_timestamp: 'No instant as its timestamp',
  invalid_properties: 'Properties that are no object',
  too_old: 'Older than seven days',
  in_future: 'More than a minute ahead',
  refused_by_store: 'Refused by the database',
}

const BOTS: Readonly<Record<BotReason, string>> = {
  user_agent: 'Agent that calls itself a bot',
  headless: 'Browser driven by a program',
  missing_headers: 'Browser without a browser’s headers',
  data_centre: 'Address of a data centre',
  own_traffic: 'A user whom the settings ignore',
}

const REFUSED: Readonly<Record<string, string>> = {
  unknown_key: 'Unknown, revoked or expired key',
  misplaced_key: 'Secret key in a browser’s place',
  missing_key: 'No key',
  origin_not_allowed: 'Website that is not allowed',
  too_many_items: 'Too many items in one batch',
  rate_limited: 'Faster than the limit',
  missing_sent_at: 'No time of sending',
  clock_skew: 'Clock more than five minutes off',
}

const TEXTS = { rejected: REJECTED, bot: BOTS, refused: REFUSED } as const

/** A reason in words; one that this page does not know yet is its own name. */
export function toReasonText(kind: keyof typeof TEXTS, reason: string): string {
  const texts: Readonly<Record<string, string>> = TEXTS[kind]
  return Object.hasOwn(texts, reason) ? (texts[reason] as string) : reason.replaceAll('_', ' ')
}

const SQLSTATE_CLASSES: Readonly<Record<string, string>> = {
  '22': 'a value is out of range or of the wrong form',
  '23': 'a rule of the table is broken',
  '42': 'the table is not as this version expects it: are all migrations applied?',
  '54': 'the row is too large',
}

/** What the class of an SQLSTATE says (https://www.postgresql.org/docs/current/errcodes-appendix.html); null for others. */
export function toSqlStateText(code: string): string | null {
  return SQLSTATE_CLASSES[code.slice(0, 2)] ?? null
}

/** What a row of each lane is, in one word. */
export const LANE_NAMES: Readonly<Record<Lane, string>> = {
  events: 'Event',
  vitals: 'Web vitals',
  ai: 'AI call',
  database: 'Database query',
}
