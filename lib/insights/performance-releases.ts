import type { PerformanceReleases, ReleasesQuery } from '../contracts/performance-releases'
import { VITALS } from '../core/vitals'
import type { Project } from '../database/projects'
import { type ReleaseHistogramRow, readReleaseHistograms } from '../database/vital-reports'
import { rankHistogram } from './models/packed-histogram'
import { orderChanges, toReleaseChange } from './models/release-change'
import { toPerformanceQuestion } from './performance-scope'
import { refuseUnusable, toIso } from './report-range'

/**
 * Two releases side by side: how p75 of each vital differs, over all routes and on each, and whether that can be told from chance.
 * By default the newest release of the range and the one before it. Throws as `readPerformanceReport` does.
 */
export async function readPerformanceReleases(
  project: Project,
  query: ReleasesQuery,
  nowMs: number,
): Promise<PerformanceReleases> {
  const { scope } = toPerformanceQuestion(project, query, nowMs)
  const listed = await refuseUnusable(readReleaseHistograms(scope, toAsked(query)))
  const names = listed.releases.map(({ release }) => release)
  const after = query.after ?? names.find((name) => name !== query.before) ?? null
  const before = query.before ?? names[names.indexOf(after ?? '') + 1] ?? null
  const isComparable = after !== null && before !== null && after !== before
  const { histograms } =
    isComparable && !isSame(toAsked(query) ?? names.slice(0, 2), [before, after])
      ? await refuseUnusable(readReleaseHistograms(scope, [before, after]))
      : listed
  return {
    releases: listed.releases.map(({ release, first_ms, last_ms, count }) => ({
      release,
      firstSeen: toIso(first_ms),
      lastSeen: toIso(last_ms),
      count,
    })),
    before: isComparable ? before : null,
    after: isComparable ? after : null,
    changes: isComparable ? toChanges(histograms, before, after) : [],
  }
}

function toAsked({ before, after }: ReleasesQuery): string[] | null {
  return before !== undefined && after !== undefined ? [before, after] : null
}

function isSame(asked: readonly string[], compared: readonly string[]): boolean {
  return asked.length === compared.length && compared.every((release) => asked.includes(release))
}

function toChanges(histograms: readonly ReleaseHistogramRow[], before: string, after: string) {
  const routes = [...new Set(histograms.map(({ route }) => route))]
  const changes = routes.flatMap((route) =>
    VITALS.flatMap((vital) => {
      const toSide = (release: string) =>
        rankHistogram(histograms.find((row) => row.release === release && row.route === route && row.vital === vital))
      return toReleaseChange(vital, route, { before: toSide(before), after: toSide(after) }) ?? []
    }),
  )
  return orderChanges(changes)
}
