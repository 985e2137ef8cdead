import { defineRoute } from '@/lib/http/define-route'
import { readStoreCheck } from '../readiness'

/** Readiness: 200 while ingestion can accept, else 503; `checks` says what is degraded. */
export const GET = defineRoute('/api/ready', { permission: 'public' }, async () => {
  const store = await readStoreCheck()
  const isReady = store.status === 'ok'
  return Response.json(
    { status: isReady ? 'ready' : 'not_ready', checks: { store } },
    { status: isReady ? 200 : 503, headers: isReady ? {} : { 'Retry-After': '2' } },
  )
})
