import type { InitialReports } from '@/components/data/initial-reports'
import { type ReportQuery, toServerSideQuery } from '@/components/data/report-query'
import { reportQuery } from '@/lib/contracts/report-query'
import type { Project } from '@/lib/database/projects'
import { readAiPerformanceReport } from '@/lib/insights/ai-performance-report'
import { readDatabasePerformanceReport } from '@/lib/insights/database-performance-report'
import { readEventsReport } from '@/lib/insights/events-report'
import { readPerformanceReport } from '@/lib/insights/performance-report'
import { toLogText, writeLog } from '@/lib/platform/log'

/**
 * The four reports for the dashboard's first paint. One that cannot be read is left out, not thrown: its panel asks again from
 * the browser and shows what comes of it, while the others already stand.
 */
export async function readInitialReports(project: Project, query: ReportQuery, nowMs: number): Promise<InitialReports> {
  const whole = reportQuery.parse(query)
  const serverSide = reportQuery.parse(toServerSideQuery(query))
  const [events, performance, ai, database] = await Promise.all([
    orAbsent(readEventsReport(project, whole, nowMs)),
    orAbsent(readPerformanceReport(project, whole, nowMs)),
    orAbsent(readAiPerformanceReport(project, serverSide, nowMs)),
    orAbsent(readDatabasePerformanceReport(project, serverSide, nowMs)),
  ])
  return { query, answeredAtMs: nowMs, events, performance, ai, database }
}

async function orAbsent<Report>(reading: Promise<Report>): Promise<Report | undefined> {
  try {
    return await reading
  } catch (error) {
    writeLog('error', { event: 'first_report_failed', cause: toLogText(error) })
    return undefined
  }
}
