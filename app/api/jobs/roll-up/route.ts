import { foldEventCounts } from '@/lib/database/event-counts'
import { rollUpSlices } from '@/lib/database/slices'
import { defineRoute } from '@/lib/http/define-route'

/** Rolls up what changed since the last time, so that questions need few raw rows; harmless however often and wherever it runs at once. */
export const POST = defineRoute(
  '/api/jobs/roll-up',
  { permission: 'jobs.run', deadlineMs: 45_000 },
  async ({ signal }) => {
    // What is not folded stays marked.
    const folded = await foldEventCounts(signal)
    return { folded, remaining: await rollUpSlices({ signal }) }
  },
)
