import { type CustomMetric, toMeasurements } from './custom-metric'
import { loadChunk, pageClient } from './page-client'

export type { CustomMetric }

/** Times in milliseconds; the defaults are 10, 5000, true, true. The first two also hold for events: there is one queue. */
export type PerformanceSettings = {
  batchSize?: number
  flushInterval?: number
  enableWebVitals?: boolean
  enableCustomMetrics?: boolean
}

let isVitalsOn = true
let isCustomOn = true

/** After the script that imports this, which may still configure or withhold consent. */
setTimeout(async () => {
  try {
    if (isVitalsOn && !pageClient.isSilent()) (await loadChunk('vitals'))(pageClient, () => isVitalsOn)
  } catch {
    // The chunk did not arrive, as behind a strict content policy: the page is simply not measured.
  }
})

/**
 * Measures the page by being imported: LCP, INP, CLS, FCP and TTFB, one row per navigation, soft navigations included.
 * On a server it does nothing, and it never throws.
 */
export const performanceMonitor = {
  /** Changes how it measures and sends. Turning vitals off stops those of this page, too. */
  configure(settings: PerformanceSettings): void {
    const { enableWebVitals = isVitalsOn, enableCustomMetrics = isCustomOn, ...rest } = settings
    isVitalsOn = enableWebVitals
    isCustomOn = enableCustomMetrics
    pageClient.configure(rest)
  },

  /** Records measurements of the page's own, at this moment. */
  trackMetric({ route, ...metric }: CustomMetric): void {
    const custom = toMeasurements(metric)
    if (!isCustomOn || pageClient.isSilent() || Object.keys(custom).length === 0) return
    const item = { ...pageClient.freeze(), route: route ?? pageClient.toRoute(location), custom }
    pageClient.record('performance', item)
  },
}
