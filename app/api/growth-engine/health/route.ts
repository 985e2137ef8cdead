import { defineRoute } from '@/lib/http/define-route'
import { readStoreCheck } from '../../readiness'

/** Health of what the performance engine stands on: 200 with `degraded` rather than an error, as the engine has fallbacks. */
export const GET = defineRoute('/api/growth-engine/health', { permission: 'public' }, async () => {
  const store = await readStoreCheck()
  return Response.json({ status: store.status === 'ok' ? 'healthy' : 'degraded', checks: { store } })
})
