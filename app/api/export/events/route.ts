import { projectOf } from '@/app/api/analytics/project-of'
import { toDownload } from '@/app/api/people/download'
import { eventExportQuery } from '@/lib/contracts/export'
import { defineRoute } from '@/lib/http/define-route'
import { exportEvents } from '@/lib/insights/export-events'
import { nowMs } from '@/lib/platform/clock'

const TYPES = { csv: 'text/csv', ndjson: 'application/x-ndjson' } as const

/** Every event of a range as CSV or lines of JSON, sent as it is read. */
export const GET = defineRoute(
  '/api/export/events',
  { permission: 'events.export', query: eventExportQuery },
  (call) => {
    const { format } = call.query
    return toDownload(`events.${format}`, exportEvents(projectOf(call), call.query, { nowMs: nowMs() }), TYPES[format])
  },
)
