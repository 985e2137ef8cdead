import { markAllCalls } from '@/lib/database/call-rollups'
import { markAllSlices } from '@/lib/database/slices'
import { markAllVitals } from '@/lib/database/vital-rollups'
import { defineRoute } from '@/lib/http/define-route'

/** Has all rollups made anew by the jobs that make them; reports read raw rows meanwhile and answer the same. */
export const POST = defineRoute('/api/jobs/rebuild-rollups', { permission: 'jobs.run' }, async () => ({
  projects: await markAllSlices(),
  vitalHours: await markAllVitals(),
  callHours: await markAllCalls(),
}))
