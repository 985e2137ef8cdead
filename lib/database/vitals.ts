import type { VitalsRow } from '../contracts/ingest-rows'
import type { ProjectId } from '../core/ids'
import { type AppendOutcome, appendRows, type Columns } from './append'

/** Where each field of a navigation is stored. */
export const VITALS_COLUMNS: Columns<Required<VitalsRow>> = {
  id: 'id',
  actorId: 'actor_id',
  timestamp: 'timestamp',
  seq: 'seq',
  userId: 'user_id',
  visitorId: 'visitor_id',
  sessionId: 'session_id',
  route: 'route',
  navigationType: 'navigation_type',
  lcp: 'lcp',
  inp: 'inp',
  cls: 'cls',
  fcp: 'fcp',
  ttfb: 'ttfb',
  fid: 'fid',
  attribution: 'attribution',
  custom: 'custom',
  connection: 'connection',
  device: 'device',
  browser: 'browser',
  os: 'os',
  country: 'country',
  release: 'release',
  botReasons: 'bot_reasons',
  gpc: 'gpc',
  userAgent: 'user_agent',
  ip: 'ip',
}

/** Appends or merges the vitals of navigations; see `appendRows` for what it answers and throws. */
export function appendVitals(projectId: ProjectId, rows: readonly VitalsRow[]): Promise<AppendOutcome> {
  return appendRows('append_vitals', VITALS_COLUMNS, projectId, rows)
}
