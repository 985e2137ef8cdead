import { projectOf } from '@/app/api/analytics/project-of'
import { funnelParams, updateFunnelRequest } from '@/lib/contracts/funnel-library'
import { AppError } from '@/lib/core/errors'
import { deleteSavedFunnel, readSavedFunnel, updateSavedFunnel } from '@/lib/database/funnel-library'
import { Answer } from '@/lib/http/answer'
import { defineRoute } from '@/lib/http/define-route'
import { refuseUnusable } from '@/lib/insights/report-range'

/** One saved funnel. */
export const GET = defineRoute(
  '/api/funnels/[id]',
  { permission: 'funnels.read', params: funnelParams },
  async (call) => foundFunnel(await readSavedFunnel(projectOf(call).id, call.params.id)),
)

/** Changes its name, its definition or both. */
export const PATCH = defineRoute(
  '/api/funnels/[id]',
  { permission: 'funnels.manage', params: funnelParams, body: updateFunnelRequest },
  async (call) => foundFunnel(await refuseUnusable(updateSavedFunnel(projectOf(call).id, call.params.id, call.body))),
)

/** Deletes it. */
export const DELETE = defineRoute(
  '/api/funnels/[id]',
  { permission: 'funnels.manage', params: funnelParams },
  async (call) => {
    foundFunnel(await deleteSavedFunnel(projectOf(call).id, call.params.id))
    return new Answer(null, { status: 204 })
  },
)

function foundFunnel<Found>(funnel: Found | null | false): Found {
  if (funnel) return funnel
  throw new AppError('not_found', 'The project has no such funnel.')
}
