import { projectOf } from '@/app/api/analytics/project-of'
import { segmentRequest } from '@/lib/contracts/segment'
import { createSegment, readSegments } from '@/lib/database/segments'
import { Answer } from '@/lib/http/answer'
import { defineRoute } from '@/lib/http/define-route'
import { refuseUnusable } from '@/lib/insights/report-range'

/** The project's segments, by name. */
export const GET = defineRoute('/api/segments', { permission: 'segments.read' }, (call) =>
  readSegments(projectOf(call).id),
)

/** Keeps a segment under a name; 409 when it is taken. */
export const POST = defineRoute(
  '/api/segments',
  { permission: 'segments.manage', body: segmentRequest },
  async (call) => new Answer(await refuseUnusable(createSegment(projectOf(call).id, call.body)), { status: 201 }),
)
