import { createRateLimit } from '@/lib/platform/rate-limit'

/** Reports of one key or member: a dashboard asks a handful at once, every few seconds, in several tabs. */
export const reportLimit = createRateLimit({ perSecond: 50, burst: 500 })
