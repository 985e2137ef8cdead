import { projectOf } from '@/app/api/analytics/project-of'
import { segmentPatch } from '@/lib/contracts/segment'
import { deleteSegment, readSegment, updateSegment } from '@/lib/database/segments'
import { Answer } from '@/lib/http/answer'
import { defineRoute } from '@/lib/http/define-route'
import { refuseUnusable } from '@/lib/insights/report-range'
import { foundSegment, segmentParams } from '../segment-of'

/** One segment. */
export const GET = defineRoute(
  '/api/segments/[id]',
  { permission: 'segments.read', params: segmentParams },
  async (call) => foundSegment(await readSegment(projectOf(call).id, call.params.id)),
)

/** Changes its name, its definition or both. */
export const PATCH = defineRoute(
  '/api/segments/[id]',
  { permission: 'segments.manage', params: segmentParams, body: segmentPatch },
  async (call) => foundSegment(await refuseUnusable(updateSegment(projectOf(call).id, call.params.id, call.body))),
)

/** Deletes it. Reports that ask for it are refused from then on. */
export const DELETE = defineRoute(
  '/api/segments/[id]',
  { permission: 'segments.manage', params: segmentParams },
  async (call) => {
    foundSegment(await deleteSegment(projectOf(call).id, call.params.id))
    return new Answer(null, { status: 204 })
  },
)
