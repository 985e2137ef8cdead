import type { TableFormat } from '@/lib/contracts/export'
import { REPORT_ROOT, type ReportRequest } from '../data/report-query'

/** What the file of a report is called: `performance-causes.csv` for `/api/analytics/performance/causes`. */
export function toFileName({ path }: Pick<ReportRequest, 'path'>, format: TableFormat): string {
  return `${path.slice(REPORT_ROOT.length + 1).replaceAll('/', '-')}.${format}`
}

/** Whether the answer to a request can be had as a file: every report can. */
export function isReport({ path }: Pick<ReportRequest, 'path'>): boolean {
  return path.startsWith(`${REPORT_ROOT}/`)
}
