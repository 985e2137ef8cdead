/**
 * The settings that a build inlines into what the browser runs. Each is read by its literal name, because that is what
 * Next (and scripts/build-tracker.ts) replace; this file imports nothing, so that it costs the page nothing but the
 * few constants. It is the one file of this folder that lib/analytics may import.
 */
declare const process: {
  readonly env: {
    readonly NEXT_PUBLIC_ANALYTICS_ENABLED?: string
    readonly NEXT_PUBLIC_COLLECT_PATH?: string
    readonly NEXT_PUBLIC_RELEASE?: string
    readonly NODE_ENV?: string
  }
}

/** False only when `NEXT_PUBLIC_ANALYTICS_ENABLED=false` was set at build time: then the SDK does nothing at all. */
export const isAnalyticsEnabled = process.env.NEXT_PUBLIC_ANALYTICS_ENABLED !== 'false'

/** Where this install collects, as a path of its own origin without a slash at the end: the neutral twin of `/api/analytics`. */
export const collectPath = process.env.NEXT_PUBLIC_COLLECT_PATH || '/_g'

/** True in a development build, where the SDK may speak to the developer on the console. */
export const isDevelopment = process.env.NODE_ENV === 'development'

/** What this build calls its version, so that figures of releases can be compared; undefined where nobody said. */
export const buildRelease = process.env.NEXT_PUBLIC_RELEASE || undefined
