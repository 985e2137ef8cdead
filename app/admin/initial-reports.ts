import type { InitialReports } from '@/components/data/initial-reports'
import { type ReportQuery, toAiQuery, toDatabaseQuery } from '@/components/data/report-query'
import { performanceQuery } from '@/lib/contracts/performance-report'
import { reportQuery } from '@/lib/contracts/report-query'
import type { Project } from '@/lib/database/projects'
import { readAiPerformanceReport } from '@/lib/insights/ai-performance-report'
import { readDatabasePerformanceReport } from '@/lib/insights/database-performance-report'
import { readEventsReport } from '@/lib/insights/events-report'
import { readPerformanceReport } from '@/lib/insights/performance-report'
import { toLogText, writeLog } from '@/lib/platform/log'

/** How long a page waits for its first figures: a slow report must not hold back the frame and the other figures. */
const WAIT_MS_MAX = 400

/**
 * The four reports for the overview's first paint. One that cannot be read, or not soon, is left out, not thrown: its card asks
 * again from the browser and shows what comes of it, while the others already stand.
 */
export async function readInitialReports(project: Project, query: ReportQuery, nowMs: number): Promise<InitialReports> {
  const whole = reportQuery.parse(query)
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, WAIT_MS_MAX, undefined))
  const orAbsent = <Report>(reading: Promise<Report>) => Promise.race([orUndefined(reading), late])
  const [events, performance, ai, database] = await Promise.all([
    orAbsent(readEventsReport(project, whole, nowMs)),
    orAbsent(readPerformanceReport(project, performanceQuery.parse(query), nowMs)),
    orAbsent(readAiPerformanceReport(project, reportQuery.parse(toAiQuery(query)), nowMs)),
    orAbsent(readDatabasePerformanceReport(project, reportQuery.parse(toDatabaseQuery(query)), nowMs)),
  ])
  return { query, answeredAtMs: nowMs, events, performance, ai, database }
}

async function orUndefined<Report>(reading: Promise<Report>): Promise<Report | undefined> {
  try {
    return await reading
  } catch (error) {
    writeLog('error', { event: 'first_report_failed', cause: toLogText(error) })
    return undefined
  }
}
