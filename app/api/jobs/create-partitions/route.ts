import { createPartitionsAhead } from '@/lib/database/partitions'
import { defineRoute } from '@/lib/http/define-route'

/** Creates the partitions ahead; harmless however often it runs. */
export const POST = defineRoute('/api/jobs/create-partitions', { permission: 'jobs.run' }, async () => ({
  created: await createPartitionsAhead(),
}))
