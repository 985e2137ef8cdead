import { projectOf } from '@/app/api/analytics/project-of'
import { createFunnelRequest } from '@/lib/contracts/funnel-library'
import { createSavedFunnel } from '@/lib/database/funnel-library'
import { Answer } from '@/lib/http/answer'
import { defineRoute } from '@/lib/http/define-route'
import { readFunnelLibrary } from '@/lib/insights/funnel-library'
import { refuseUnusable } from '@/lib/insights/report-range'
import { nowMs } from '@/lib/platform/clock'

/** The saved funnels of the project, and those of conversions. */
export const GET = defineRoute('/api/funnels', { permission: 'funnels.read' }, (call) =>
  readFunnelLibrary(projectOf(call), nowMs()),
)

/** Keeps a funnel under a name; 409 when it is taken. */
export const POST = defineRoute(
  '/api/funnels',
  { permission: 'funnels.manage', body: createFunnelRequest },
  async (call) => new Answer(await refuseUnusable(createSavedFunnel(projectOf(call).id, call.body)), { status: 201 }),
)
