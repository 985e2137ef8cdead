import { foldEventCounts } from '@/lib/database/event-counts'
import { defineRoute } from '@/lib/http/define-route'

/** Adds up what was counted since the last time; harmless however often and wherever it runs at once. */
export const POST = defineRoute(
  '/api/jobs/fold-counts',
  { permission: 'jobs.run', deadlineMs: 45_000 },
  async ({ signal }) => ({ folded: await foldEventCounts(signal) }),
)
