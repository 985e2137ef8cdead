import { z } from 'zod'
import { projectOf } from '@/app/api/analytics/project-of'
import { reportLimit } from '@/app/api/analytics/report-limit'
import { personId } from '@/lib/contracts/person-id'
import { timelineQuery } from '@/lib/contracts/timeline'
import { defineRoute } from '@/lib/http/define-route'
import { readTimeline } from '@/lib/insights/people'
import { nowMs } from '@/lib/platform/clock'

/** Who somebody is and what they did, the latest first. */
export const GET = defineRoute(
  '/api/people/[personId]',
  { permission: 'people.read', params: z.object({ personId }), query: timelineQuery, limit: reportLimit },
  (call) => readTimeline(projectOf(call), call.params.personId, call.query, nowMs),
)
