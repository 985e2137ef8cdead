import { projectOf } from '@/app/api/analytics/project-of'
import { reportLimit } from '@/app/api/analytics/report-limit'
import { readSegment } from '@/lib/database/segments'
import { defineRoute } from '@/lib/http/define-route'
import { readSegmentPreview } from '@/lib/insights/segments'
import { nowMs } from '@/lib/platform/clock'
import { foundSegment, segmentParams } from '../../segment-of'

/** How many people a saved segment has now, and how many of the last 30 days' people. */
export const GET = defineRoute(
  '/api/segments/[id]/counts',
  { permission: 'segments.read', params: segmentParams, limit: reportLimit },
  async (call) => {
    const { id } = projectOf(call)
    const { definition } = foundSegment(await readSegment(id, call.params.id))
    return readSegmentPreview(id, definition, nowMs())
  },
)
