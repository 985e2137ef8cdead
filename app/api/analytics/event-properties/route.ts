import { eventPropertiesQuery } from '@/lib/contracts/event-names'
import { defineRoute } from '@/lib/http/define-route'
import { findEventProperties } from '@/lib/insights/event-names'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

/** What conditions on an event could say. */
export const GET = defineRoute(
  '/api/analytics/event-properties',
  { permission: 'reports.read', query: eventPropertiesQuery, limit: reportLimit },
  (call) => findEventProperties(projectOf(call), call.query, nowMs()),
)
