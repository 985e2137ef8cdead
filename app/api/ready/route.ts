import { defineRoute } from '@/lib/http/define-route'
import { readSpillCheck } from '@/lib/spill/spill-check'
import { readStoreCheck } from '../readiness'

/**
 * Readiness: 200 while ingestion can accept, else 503; `checks` says what is degraded. A store that is away alone is no reason
 * to send nobody here any more, as long as rows can be spilled; `spill` is there with a Redis only.
 */
export const GET = defineRoute('/api/ready', { permission: 'public' }, async () => {
  const [store, spill] = await Promise.all([readStoreCheck(), readSpillCheck()])
  const isReady = store.status === 'ok' || spill?.status === 'ok'
  return Response.json(
    { status: isReady ? 'ready' : 'not_ready', checks: { store, ...(spill && { spill }) } },
    { status: isReady ? 200 : 503, headers: isReady ? {} : { 'Retry-After': '2' } },
  )
})
