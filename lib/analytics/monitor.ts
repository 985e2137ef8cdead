import type { AnalyticsClient } from './client'
import type * as vitals from './vitals'

/** Times in milliseconds; the defaults are 10, 5000, true, true. The first two also hold for events: there is one queue. */
export type PerformanceSettings = {
  batchSize?: number
  flushInterval?: number
  enableWebVitals?: boolean
  enableCustomMetrics?: boolean
}

/**
 * Measurements of the page's own: one as `{ name: 'search', value: 132 }`, or several at once, each under its own key, as
 * `{ search: 132, results: 20 }`. `route` is the page's own route unless given. Other text is ignored.
 */
export type CustomMetric = {
  route?: string
  name?: string
  readonly [measurement: string]: number | string | undefined
}

/** Finite measurements of a custom metric by name; empty when there are none. Negative ones are kept, they are no durations. */
export function toMeasurements({ name, value, ...others }: CustomMetric): Record<string, number> {
  const given = name === undefined ? { ...others, value } : { ...others, [name]: value }
  return Object.fromEntries(Object.entries(given).filter((pair): pair is [string, number] => Number.isFinite(pair[1])))
}

/** Starts by itself: web vitals are loaded in a chunk of their own once the page's own code has had its turn. */
export function createPerformanceMonitor(client: AnalyticsClient, loadVitals: () => Promise<typeof vitals>) {
  let isVitalsOn = true
  let isCustomOn = true

  const start = async () => {
    try {
      if (isVitalsOn && !client.isSilent()) (await loadVitals()).startVitals(client, () => isVitalsOn)
    } catch {
      // The chunk did not arrive, as behind a strict content policy: the page is simply not measured.
    }
  }
  // After the script that imports this, which may still configure it.
  setTimeout(start)

  return {
    /** Changes how it measures and sends. Turning vitals off stops those of this page, too. */
    configure({ enableWebVitals = isVitalsOn, enableCustomMetrics = isCustomOn, ...rest }: PerformanceSettings): void {
      isVitalsOn = enableWebVitals
      isCustomOn = enableCustomMetrics
      client.configure(rest)
    },
    /** Records measurements of the page's own at this moment. Never throws; nothing on a server. */
    trackMetric({ route, ...metric }: CustomMetric): void {
      const custom = toMeasurements(metric)
      if (!isCustomOn || client.isSilent() || Object.keys(custom).length === 0) return
      client.record('performance', {
        ...client.freeze(),
        route: route ?? client.toRoute(location.href),
        custom,
      } as never)
      client.schedule()
    },
  }
}
