import { projectOf } from '@/app/api/analytics/project-of'
import { reportLimit } from '@/app/api/analytics/report-limit'
import { segmentPeopleRequest } from '@/lib/contracts/segment'
import { readSegment } from '@/lib/database/segments'
import { defineRoute } from '@/lib/http/define-route'
import { readSegmentPeople } from '@/lib/insights/segments'
import { nowMs } from '@/lib/platform/clock'
import { foundSegment, segmentParams } from '../../segment-of'

/** Who is of the segment now, page by page in the order of their ids. */
export const POST = defineRoute(
  '/api/segments/[id]/people',
  { permission: 'people.read', params: segmentParams, body: segmentPeopleRequest, limit: reportLimit },
  async (call) => {
    const { id } = projectOf(call)
    const { definition } = foundSegment(await readSegment(id, call.params.id))
    return readSegmentPeople(id, definition, { ...call.body, after: call.body.after ?? null, nowMs: nowMs() })
  },
)
