import type { EventRow } from '../contracts/ingest-rows'
import type { ProjectId } from '../core/ids'
import { type AppendOutcome, appendRows, type Columns } from './append'

/** Where each field of an event, a conversion or an identification is stored. */
export const EVENT_COLUMNS: Columns<Required<EventRow>> = {
  type: 'type',
  id: 'id',
  actorId: 'actor_id',
  timestamp: 'timestamp',
  userId: 'user_id',
  visitorId: 'visitor_id',
  sessionId: 'session_id',
  event: 'event',
  properties: 'properties',
  route: 'route',
  referrer: 'referrer',
  utmSource: 'utm_source',
  utmMedium: 'utm_medium',
  utmCampaign: 'utm_campaign',
  utmTerm: 'utm_term',
  utmContent: 'utm_content',
  device: 'device',
  browser: 'browser',
  os: 'os',
  country: 'country',
  release: 'release',
  botReasons: 'bot_reasons',
  gpc: 'gpc',
  userAgent: 'user_agent',
  ip: 'ip',
  funnel: 'funnel',
  step: 'step',
  externalId: 'external_id',
  traits: 'traits',
  linkedActorId: 'linked_actor_id',
}

/** Appends events, conversions and identifications; see `appendRows` for what it answers and throws. */
export function appendEvents(projectId: ProjectId, rows: readonly EventRow[]): Promise<AppendOutcome> {
  return appendRows('append_events', EVENT_COLUMNS, projectId, rows)
}
