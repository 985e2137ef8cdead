import { defineRoute } from '@/lib/http/define-route'
import { drainSpill } from '@/lib/spill/drain-spill'

/** Moves what waits in the spill to the store; harmless however often and wherever it runs at once. */
export const POST = defineRoute('/api/jobs/drain-spill', { permission: 'jobs.run', deadlineMs: 45_000 }, () =>
  drainSpill(),
)
