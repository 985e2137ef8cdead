import { projectOf } from '@/app/api/analytics/project-of'
import { reportLimit } from '@/app/api/analytics/report-limit'
import { botGroupQuery } from '@/lib/contracts/bots'
import { readBotGroups } from '@/lib/database/bots'
import { defineRoute } from '@/lib/http/define-route'
import { toQueryRange } from '@/lib/insights/report-range'
import { nowMs } from '@/lib/platform/clock'

/** What is marked as bots, grouped by why and by agent. */
export const GET = defineRoute(
  '/api/ingest/bots',
  { permission: 'ingest.read', query: botGroupQuery, limit: reportLimit },
  async (call) => ({ reasons: await readBotGroups(projectOf(call).id, toQueryRange(call.query, nowMs())) }),
)
