import type { ActorId } from '../core/ids'

type Text = string | null

/** What `lib/collect` knows about every row, whatever it measures. `timestamp` is Unix ms as the client froze it. */
type RowIdentity = { id: string; actorId: ActorId; timestamp: number; userId?: Text }

/** Where a browser's row came from. Absent and null mean the same. */
type RowOrigin = {
  visitorId?: Text
  sessionId?: Text
  route?: Text
  device?: Text
  browser?: Text
  os?: Text
  country?: Text
  release?: Text
  /** Why it is taken for a bot; null when it is not. */
  botReasons?: readonly string[] | null
  /** Sent under Global Privacy Control: no person stands behind the row. */
  gpc?: boolean
  userAgent?: Text
  ip?: Text
}

/** One row for `append_events`: an event, a conversion (`funnel`, `step`) or an identification (`linkedActorId`, `traits`). */
export type EventRow = RowIdentity &
  RowOrigin & {
    type: 'event' | 'conversion' | 'identify'
    event?: Text
    properties?: Readonly<Record<string, unknown>> | null
    referrer?: Text
    utmSource?: Text
    utmMedium?: Text
    utmCampaign?: Text
    utmTerm?: Text
    utmContent?: Text
    funnel?: Text
    step?: Text
    /** The application's own user id, when `userId` is only its keyed hash. */
    externalId?: Text
    traits?: Readonly<Record<string, unknown>> | null
    linkedActorId?: ActorId | null
  }

/** One row for `append_vitals`; values are ms, CLS a score. */
export type VitalsRow = RowIdentity &
  RowOrigin & {
    seq: number
    navigationType?: Text
    lcp?: number | null
    inp?: number | null
    cls?: number | null
    fcp?: number | null
    ttfb?: number | null
    /** First Input Delay: of imports alone, never shown. */
    fid?: number | null
    attribution?: Readonly<Record<string, unknown>> | null
    custom?: Readonly<Record<string, number>> | null
    connection?: Text
  }

/** One row for `append_ai_metrics`; `duration` ms. */
export type AiCallRow = RowIdentity & {
  requestId?: Text
  endpoint?: Text
  model?: Text
  tokens?: number | null
  duration?: number | null
  success: boolean
  error?: Text
  cacheHit: boolean
  costUsd?: number | null
}

/** One row for `append_database_metrics`; `duration` ms. */
export type DatabaseQueryRow = RowIdentity & {
  query: string
  duration: number
  rows?: number | null
  cached: boolean
}
