import { rollUpCalls } from '@/lib/database/call-rollups'
import { defineRoute } from '@/lib/http/define-route'
import { nowMs } from '@/lib/platform/clock'

/** Rolls up the AI calls and database queries that changed since the last time; harmless however often and wherever it runs at once. */
export const POST = defineRoute(
  '/api/jobs/roll-up-calls',
  { permission: 'jobs.run', deadlineMs: 45_000 },
  ({ signal }) => rollUpCalls(nowMs(), { signal }),
)
