import { z } from 'zod'
import { reportQuery } from './report-query'

/** Idle time that ends a session (DESIGN §7): the same as in GA4 and Plausible. */
export const SESSION_IDLE_MS = 30 * 60_000

/**
 * One session: events of one person and session id with at most 30 minutes between one and the next. Its origin is that of its
 * first event. Times are Unix ms.
 */
export const session = z.object({
  personId: z.string(),
  /** The application's id of the person; null while nobody is signed in. */
  externalId: z.string().nullable(),
  startMs: z.int(),
  /** From the first event to the last; 0 for a single event. */
  lengthMs: z.int().min(0),
  events: z.int().min(1),
  pageViews: z.int().min(0),
  /** Routes of the first and the last page view; null without any. */
  entry: z.string().nullable(),
  exit: z.string().nullable(),
  channel: z.string(),
  referrer: z.string().nullable(),
  device: z.string().nullable(),
  country: z.string().nullable(),
})
export type Session = z.infer<typeof session>

const cursor = z
  .string()
  .regex(/^-?\d{1,15}(,[0-9a-f-]{36}){2}$/, { message: 'expected `next` of the page before' })
  .optional()

/** Query of `GET /api/people/sessions`: sessions that began in the range, the latest first. */
export const sessionListQuery = reportQuery.safeExtend({
  after: cursor,
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type SessionListQuery = z.output<typeof sessionListQuery>

/** Answer of `GET /api/people/sessions`; `next` is the `after` of the next page, null after the last. */
export const sessionPage = z.object({ items: z.array(session), next: z.string().nullable() })
export type SessionPage = z.infer<typeof sessionPage>

/** A bounce is a session of one single event. */
const pageSessions = z.object({
  route: z.string(),
  sessions: z.int().min(0),
  bounces: z.int().min(0),
})

/** Answer of `GET /api/analytics/sessions`: sessions that began in the range; null figures without any. */
export const sessionsReport = z.object({
  sessions: z.int().min(0),
  people: z.int().min(0),
  bounces: z.int().min(0),
  bounceRatio: z.number().nullable(),
  medianLengthMs: z.number().nullable(),
  averageLengthMs: z.number().nullable(),
  averageEvents: z.number().nullable(),
  /** The 50 routes on which most sessions began and ended; ties by route. */
  entries: z.array(pageSessions),
  exits: z.array(pageSessions),
})
export type SessionsReport = z.infer<typeof sessionsReport>
