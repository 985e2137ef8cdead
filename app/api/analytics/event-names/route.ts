import { eventNamesQuery } from '@/lib/contracts/event-names'
import { defineRoute } from '@/lib/http/define-route'
import { findEventNames } from '@/lib/insights/event-names'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

/** Event names of the project that hold a text. */
export const GET = defineRoute(
  '/api/analytics/event-names',
  { permission: 'reports.read', query: eventNamesQuery, limit: reportLimit },
  (call) => findEventNames(projectOf(call), call.query),
)
