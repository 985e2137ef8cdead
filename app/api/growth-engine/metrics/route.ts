import { defineRoute } from '@/lib/http/define-route'
import { readMetrics } from '@/lib/platform/metrics'
import { readProcessGauges } from '@/lib/platform/process-gauges'

/** What this process has counted and how it is doing, as JSON. */
export const GET = defineRoute('/api/growth-engine/metrics', { permission: 'metrics.read' }, () =>
  Response.json({ counters: readMetrics(), gauges: readProcessGauges() }),
)
