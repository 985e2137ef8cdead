import { createPerformanceMonitor } from './monitor'
import { pageClient } from './page-client'

export type { CustomMetric, PerformanceSettings } from './monitor'

/**
 * Measures the page by being imported: LCP, INP, CLS, FCP and TTFB, one row per navigation, soft navigations included.
 * `trackMetric` adds measurements of the app's own, `configure` changes how. On a server it does nothing.
 */
export const performanceMonitor = createPerformanceMonitor(pageClient, () => import('./vitals'))
