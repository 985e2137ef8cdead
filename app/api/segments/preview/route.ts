import { projectOf } from '@/app/api/analytics/project-of'
import { reportLimit } from '@/app/api/analytics/report-limit'
import { segmentPreviewRequest } from '@/lib/contracts/segment'
import { defineRoute } from '@/lib/http/define-route'
import { readSegmentPreview } from '@/lib/insights/segments'
import { nowMs } from '@/lib/platform/clock'

/**
 * How many people a definition means now, for whoever is writing it. Not for viewers: conditions on traits that are free to
 * choose would tell them what is known about somebody.
 */
export const POST = defineRoute(
  '/api/segments/preview',
  { permission: 'segments.manage', body: segmentPreviewRequest, limit: reportLimit },
  (call) => readSegmentPreview(projectOf(call).id, call.body.definition, nowMs()),
)
