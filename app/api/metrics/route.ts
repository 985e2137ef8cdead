import { defineRoute } from '@/lib/http/define-route'
import { toPrometheusText } from '@/lib/platform/metrics'
import { readProcessGauges } from '@/lib/platform/process-gauges'

/** The counters and gauges of this process in the Prometheus text format. */
export const GET = defineRoute(
  '/api/metrics',
  { permission: 'metrics.read' },
  () =>
    new Response(toPrometheusText(readProcessGauges()), {
      headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' },
    }),
)
