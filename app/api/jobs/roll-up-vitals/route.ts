import { rollUpVitals } from '@/lib/database/vital-rollups'
import { defineRoute } from '@/lib/http/define-route'
import { nowMs } from '@/lib/platform/clock'

/** Rolls up the web vitals that changed since the last time; harmless however often and wherever it runs at once. */
export const POST = defineRoute(
  '/api/jobs/roll-up-vitals',
  { permission: 'jobs.run', deadlineMs: 45_000 },
  ({ signal }) => rollUpVitals(nowMs(), { signal }),
)
