import { projectOf } from '@/app/api/analytics/project-of'
import { botRestoreRequest } from '@/lib/contracts/bots'
import { restoreBots } from '@/lib/database/bots'
import { defineRoute } from '@/lib/http/define-route'
import { toQueryRange } from '@/lib/insights/report-range'
import { nowMs } from '@/lib/platform/clock'

/** Lets rows that were taken for bots count as people's. Interrupted, the same request again goes on with it. */
export const POST = defineRoute(
  '/api/ingest/bots/restore',
  { permission: 'bots.manage', body: botRestoreRequest, deadlineMs: 60_000 },
  async (call) => {
    const { reasons, browser, ...range } = call.body
    const restore = { reasons, browser, ...toQueryRange(range, nowMs()) }
    return { restored: await restoreBots(projectOf(call).id, restore, call.signal) }
  },
)
