import type { AnalyticsSettings } from './client'
import { pageClient } from './page-client'
import type { Properties } from './properties'

export type { Consent } from './consent'
// biome-ignore lint/performance/noBarrelFile: a public entry; the hook lives apart because it alone is for client components only
export { usePageViews } from './use-page-views'
export type { AnalyticsSettings, Properties }

/** What `useGrowthAnalytics` gives. Every function returns at once, never throws, and does nothing on a server. */
export type GrowthAnalytics = {
  track: typeof track
  conversion: typeof conversion
  identify: typeof identify
  page: typeof page
  reset: typeof reset
  optOut: typeof optOut
}

/** Says where and how to send. Call it before the first event, best while the provider renders in the browser. */
export function configureAnalytics(settings: AnalyticsSettings): void {
  pageClient.configure(settings)
}

/** Something happened. `event` is any 1–200 characters; who, when and where are frozen now. */
export function track(event: string, properties?: Properties): void {
  pageClient.track(event, properties)
}

/** A person reached `step` of the funnel called `funnel`. */
export function conversion(funnel: string, step: string, properties?: Properties): void {
  pageClient.conversion(funnel, step, properties)
}

/**
 * The visitor is `userId` from now on, and what they did before in this tab is theirs. Traits are kept only when
 * `configureAnalytics` was given the user's token. Under a privacy signal nothing is sent or kept.
 */
export function identify(userId: string, traits?: Properties): void {
  pageClient.identify(userId, traits)
}

/** Sends a page view by hand, where `usePageViews` is not in use. */
export function page(): void {
  pageClient.page()
}

/** The visitor signed out: the next event belongs to somebody new. What is queued keeps its owner. */
export function reset(): void {
  pageClient.reset()
}

/**
 * The visitor does not want to be measured: forgets everything kept in the browser and stays silent; `false` takes it back.
 * Also how a team leaves its own visits out, once per browser and site: on a site with the script tag `growth.optOut()` in
 * the console; on any site `localStorage['growth.optout'] = ''`, which holds from the next event on.
 */
export function optOut(isOut = true): void {
  pageClient.optOut(isOut)
}

const analytics: GrowthAnalytics = { track, conversion, identify, page, reset, optOut }

/** The analytics functions for a component; the same object at every render, so it may stand in dependency lists. */
export function useGrowthAnalytics(): GrowthAnalytics {
  return analytics
}
