import {
  type CLSMetricWithAttribution,
  type INPMetricWithAttribution,
  type LCPMetricWithAttribution,
  type MetricWithAttribution,
  onCLS,
  onFCP,
  onINP,
  onLCP,
  onTTFB,
} from 'web-vitals/attribution'
import type { CollectedVitals } from '../contracts/collect-metrics'
import type { Vital } from '../core/vitals'
import type { AnalyticsClient } from './client'

type VitalsRow = CollectedVitals & { isChanged?: boolean }

/** Navigations whose values may still move; a value for an older one comes only by mistake. */
const ROWS_MAX = 5

/** Kept of a metric's causes: what a developer acts on. Entries of the browser's timeline are left out. */
function toAttribution(metric: MetricWithAttribution): Record<string, string | number | undefined> {
  if (metric.name === 'LCP') {
    const { target, url, timeToFirstByte, resourceLoadDelay, resourceLoadDuration, elementRenderDelay } = (
      metric as LCPMetricWithAttribution
    ).attribution
    return {
      target,
      url: url?.split(/[?#]/)[0],
      timeToFirstByte,
      resourceLoadDelay,
      resourceLoadDuration,
      elementRenderDelay,
    }
  }
  if (metric.name === 'INP') {
    const {
      interactionTarget,
      interactionType,
      inputDelay,
      processingDuration,
      presentationDelay,
      loadState,
      longestScript,
    } = (metric as INPMetricWithAttribution).attribution
    return {
      interactionTarget,
      interactionType,
      inputDelay,
      processingDuration,
      presentationDelay,
      loadState,
      longestScriptUrl: longestScript?.entry.sourceURL.split(/[?#]/)[0],
      longestScriptSubpart: longestScript?.subpart,
      longestScriptDuration: longestScript?.intersectingDuration,
    }
  }
  const { largestShiftTarget, largestShiftTime, loadState } = (metric as CLSMetricWithAttribution).attribution
  return { largestShiftTarget, largestShiftTime, loadState }
}

/**
 * Observes the vitals of this page and of its soft navigations, and puts one row per navigation into the queue: early
 * with what is known, and again under a higher `seq` when values have moved. `isOn` false ignores what comes.
 */
export function startVitals(client: AnalyticsClient, isOn = () => true): void {
  const rows = new Map<number, { row: VitalsRow; url: string; isChanged: boolean }>()

  const report = (metric: MetricWithAttribution) => {
    const isSoft = metric.navigationType === 'soft-navigation'
    // A soft navigation has no first byte of its own: web-vitals reports 0, which would be a sample that never was.
    if (!isOn() || client.isSilent() || (isSoft && metric.name === 'TTFB')) return
    // Each navigation has its own start: 0 for the load, later ones for soft navigations and restored pages.
    const startMs = metric.navigationStartTime ?? 0
    let known = rows.get(startMs)
    if (!known) {
      const { effectiveType } = (navigator as { connection?: { effectiveType?: string } }).connection ?? {}
      known = {
        row: {
          ...client.freeze(Math.round(performance.now() - startMs)),
          seq: -1,
          navigationType: metric.navigationType,
          connection: effectiveType,
          attribution: {},
        },
        url: metric.navigationURL ?? location.href,
        isChanged: true,
      }
      rows.set(startMs, known)
      for (const key of rows.keys()) if (rows.size > ROWS_MAX) rows.delete(key)
    }
    const vital = metric.name.toLowerCase() as Vital
    // Tenths of a microsecond are noise of the clock; CLS needs its decimals.
    known.row[vital] = Math.round(metric.value * 1e4) / 1e4
    if (vital === 'lcp' || vital === 'inp' || vital === 'cls') {
      Object.assign(known.row.attribution as object, { [vital]: toAttribution(metric) })
    }
    known.isChanged = true
    client.schedule()
  }

  client.configure({
    onCollect: () => {
      for (const known of rows.values()) {
        if (!known.isChanged || !isOn()) continue
        known.isChanged = false
        known.row.seq += 1
        // Read late: the pattern of a route is known only when the app's own code has run.
        known.row.route = client.toRoute(new URL(known.url, location.href))
        client.record('performance', known.row)
      }
    },
  })

  const options = { reportSoftNavs: true, reportAllChanges: true }
  onTTFB(report, options)
  onFCP(report, options)
  onLCP(report, options)
  onCLS(report, options)
  onINP(report, options)
}
