import { defineRoute } from '@/lib/http/define-route'

/** Liveness: this process answers. Says nothing of the store; see `/api/ready`. */
export const GET = defineRoute('/api/health', { permission: 'public' }, () => Response.json({ status: 'ok' }))
