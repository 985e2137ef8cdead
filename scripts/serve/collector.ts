// What stands in front of Next, as one module: scripts/build.ts bundles it from the very routes that Next builds for the edge.
import { OPTIONS as askAi, POST as collectAi } from '@/app/api/analytics/ai-performance/route'
import { OPTIONS as askDatabase, POST as collectDatabase } from '@/app/api/analytics/database-performance/route'
import { OPTIONS as askEvents, POST as collectEvents } from '@/app/api/analytics/events/route'
import { flushIngest } from '@/app/api/analytics/ingestion'
import { OPTIONS as askVitals, POST as collectVitals } from '@/app/api/analytics/performance/route'
import { COLLECT_LIMITS } from '@/lib/contracts/collect-limits'
import { AppError } from '@/lib/core/errors'
import { defineRoute } from '@/lib/http/define-route'
import { noteRequests } from '@/lib/http/note-requests'
import { collectPath } from '@/lib/platform/public-env'
import type { Collector, Handlers } from './front.ts'

const HANDLERS = {
  events: { POST: collectEvents, OPTIONS: askEvents },
  performance: { POST: collectVitals, OPTIONS: askVitals },
  'ai-performance': { POST: collectAi, OPTIONS: askAi },
  'database-performance': { POST: collectDatabase, OPTIONS: askDatabase },
} as const satisfies Record<string, Handlers>

/** Each handler under both of its paths; the neutral one is a constant of the build, as it is in the pages. */
export const routes: Collector['routes'] = new Map(
  Object.entries(HANDLERS).flatMap(([name, handlers]) => [
    [`/api/analytics/${name}`, handlers] as const,
    [`${collectPath}/${name}`, handlers] as const,
  ]),
)

/** No sender may send more; whose body is longer is refused by the handler for the first byte too many. */
export const bodySizeBytesMax = COLLECT_LIMITS.secret.sizeBytesMax

/** Refuses a batch for which there is no room, in the words of every other refusal. */
export const answerOverloaded: Collector['answerOverloaded'] = defineRoute(
  '/api/analytics',
  { permission: 'public', isCrossOrigin: true },
  () => {
    throw new AppError('overloaded', 'Too much is being received; send it again soon.', { retryAfterMs: 2_000 })
  },
)

export { flushIngest, noteRequests }
