import { purgeExpired } from '@/lib/database/retention'
import { defineRoute } from '@/lib/http/define-route'
import { completeErasures } from '@/lib/people/erase-person'
import { nowMs } from '@/lib/platform/clock'

/** Lets go what every project has outlived, and ends erasures that were interrupted; harmless however often it runs. */
export const POST = defineRoute(
  '/api/jobs/purge-expired',
  { permission: 'jobs.run', deadlineMs: 45_000 },
  async ({ signal }) => ({ ...(await purgeExpired(nowMs())), erasures: await completeErasures(signal) }),
)
