'use client'

import { type RetentionRequest, retentionReport } from '@/lib/contracts/retention'
import { useReportResource } from './use-report-resource'

/** Cohorts and how many of each come back; `body` null waits. */
export function useRetention(project: string, body: RetentionRequest | null) {
  return useReportResource(
    body && { method: 'POST', path: '/api/analytics/retention', query: { project }, body },
    retentionReport,
  )
}
