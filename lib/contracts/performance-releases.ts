import { z } from 'zod'
import { interval, performanceQuery, vital } from './performance-report'

const version = z.string().min(1).max(200).optional()

/**
 * Query of `GET /api/analytics/performance/releases`: which two releases to compare. `after` defaults to the one that appeared
 * last, `before` to the one that appeared before it. The filter `release` means nothing here.
 */
export const releasesQuery = performanceQuery.safeExtend({ before: version, after: version })
export type ReleasesQuery = z.output<typeof releasesQuery>

const sample = z.object({ p75: z.number(), count: z.int(), interval })

/** What can be said of a change: it is there (95 % confidence), nothing shows, or there are too few samples on a side. */
export const CHANGE_VERDICTS = ['worse', 'better', 'unclear', 'tooFew'] as const
export type ChangeVerdict = (typeof CHANGE_VERDICTS)[number]

const change = z.object({
  metric: vital,
  /** Null for all routes together. */
  route: z.string().nullable(),
  before: sample,
  after: sample,
  /** p75 after minus p75 before; ms, CLS without unit. */
  difference: z.number(),
  /** 95 % confidence interval of the difference; null when there are too few samples. */
  interval,
  verdict: z.enum(CHANGE_VERDICTS),
})
export type ReleaseChange = z.infer<typeof change>

/** Answer of the comparison of releases. */
export const performanceReleases = z.object({
  /** In the order of their first navigation in the range, newest first; at most 50. */
  releases: z.array(
    z.object({
      release: z.string(),
      /** To the hour. */
      firstSeen: z.iso.datetime(),
      lastSeen: z.iso.datetime(),
      /** Navigations. */
      count: z.int(),
    }),
  ),
  /** The two that are compared; null when the range holds fewer than two. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  /**
   * Worse first, then better, each by how large the change is; what is unclear last. Routes are the 100 with most navigations.
   * With 95 % confidence one comparison in twenty shows a change that is none: look at how many there are.
   */
  changes: z.array(change),
})
export type PerformanceReleases = z.infer<typeof performanceReleases>
