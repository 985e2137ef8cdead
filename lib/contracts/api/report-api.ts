import { activesQuery, activesReport } from '../actives'
import { aiPerformanceReport } from '../ai-performance-report'
import { audienceQuery, audienceReport } from '../audience'
import { atRiskQuery, atRiskReport, churnedQuery, churnedReport } from '../churn'
import { databasePerformanceReport } from '../database-performance-report'
import { eventNames, eventNamesQuery, eventProperties, eventPropertiesQuery } from '../event-names'
import { eventsReport } from '../events-report'
import { featuresQuery, featuresReport, featureUsage, featureUsageQuery } from '../features'
import { funnelQuery, funnelReport } from '../funnel'
import { funnelExplainQuery, funnelExplanation } from '../funnel-explain'
import { funnelPeople, funnelPeopleQuery } from '../funnel-people'
import { funnelTrend, funnelTrendQuery } from '../funnel-trend'
import { lifecycleQuery, lifecycleReport } from '../lifecycle'
import { liveQuery, liveReport } from '../live'
import { pathsQuery, pathsReport } from '../paths'
import { breakdownQuery, performanceBreakdown } from '../performance-breakdown'
import { causesQuery, performanceCauses } from '../performance-causes'
import { performanceReleases, releasesQuery } from '../performance-releases'
import { performanceQuery, performanceReport } from '../performance-report'
import { reportQuery } from '../report-query'
import { retentionQuery, retentionReport } from '../retention'
import { revenueQuery, revenueReport } from '../revenue'
import { sessionsReport } from '../sessions'
import { sourcesQuery, sourcesReport } from '../sources'
import { stickinessQuery, stickinessReport } from '../stickiness'
import type { ApiOperations } from './operation'

/** Reports: the figures behind every panel. */
export const REPORT_API = {
  'GET /api/analytics/actives': {
    summary: 'Distinct people per day, week or month.',
    permission: 'reports.read',
    query: activesQuery,
    answer: activesReport,
  },
  'GET /api/analytics/ai-performance': {
    summary: 'Calls to models: totals, latency, series, models and endpoints.',
    permission: 'reports.read',
    query: reportQuery,
    answer: aiPerformanceReport,
  },
  'GET /api/analytics/at-risk': {
    summary: 'People who are about to leave.',
    permission: 'people.read',
    query: atRiskQuery,
    answer: atRiskReport,
  },
  'GET /api/analytics/audience': {
    summary: 'Where people were and what they used.',
    permission: 'reports.read',
    query: audienceQuery,
    answer: audienceReport,
  },
  'GET /api/analytics/churned': {
    summary: 'People who left.',
    permission: 'people.read',
    query: churnedQuery,
    answer: churnedReport,
  },
  'GET /api/analytics/database-performance': {
    summary: 'Database queries: totals, latency, series and the slowest.',
    permission: 'reports.read',
    query: reportQuery,
    answer: databasePerformanceReport,
  },
  'GET /api/analytics/event-names': {
    summary: 'Event names of the project that hold a text.',
    permission: 'reports.read',
    query: eventNamesQuery,
    answer: eventNames,
  },
  'GET /api/analytics/event-properties': {
    summary: 'What conditions on an event could say.',
    permission: 'reports.read',
    query: eventPropertiesQuery,
    answer: eventProperties,
  },
  'GET /api/analytics/events': {
    summary: 'Totals, series, most frequent events and pages, named funnels.',
    permission: 'reports.read',
    query: reportQuery,
    answer: eventsReport,
  },
  'GET /api/analytics/feature-usage': {
    summary: 'How one feature is used.',
    permission: 'reports.read',
    query: featureUsageQuery,
    answer: featureUsage,
  },
  'GET /api/analytics/features': {
    summary: 'Adoption and usage of features.',
    permission: 'reports.read',
    query: featuresQuery,
    answer: featuresReport,
  },
  'POST /api/analytics/funnels': {
    summary: 'People that reach each step of a funnel.',
    permission: 'funnels.read',
    body: funnelQuery,
    answer: funnelReport,
  },
  'POST /api/analytics/funnels/explain': {
    summary: 'Why one person got no further in a funnel.',
    permission: 'people.read',
    body: funnelExplainQuery,
    answer: funnelExplanation,
  },
  'POST /api/analytics/funnels/people': {
    summary: 'People who reached a step of a funnel, dropped before it, or were excluded.',
    permission: 'people.read',
    body: funnelPeopleQuery,
    answer: funnelPeople,
  },
  'POST /api/analytics/funnels/trend': {
    summary: 'A funnel by the interval in which people began it.',
    permission: 'funnels.read',
    body: funnelTrendQuery,
    answer: funnelTrend,
  },
  'GET /api/analytics/lifecycle': {
    summary: 'Who is new, stays, comes back or is gone.',
    permission: 'reports.read',
    query: lifecycleQuery,
    answer: lifecycleReport,
  },
  'GET /api/analytics/live': {
    summary: 'What happens now; asked again every two seconds.',
    permission: 'reports.read',
    query: liveQuery,
    answer: liveReport,
  },
  'POST /api/analytics/paths': {
    summary: 'What people did next after an anchor, or just before it.',
    permission: 'reports.read',
    body: pathsQuery,
    answer: pathsReport,
  },
  'GET /api/analytics/performance': {
    summary: 'Web vitals: percentiles, ratings, series and routes.',
    permission: 'reports.read',
    query: performanceQuery,
    answer: performanceReport,
  },
  'GET /api/analytics/performance/breakdown': {
    summary: 'Where web vitals differ: by page, device, connection, country, browser, navigation type or release.',
    permission: 'reports.read',
    query: breakdownQuery,
    answer: performanceBreakdown,
  },
  'GET /api/analytics/performance/causes': {
    summary: 'What makes a web vital what it is: parts of the time, elements, interactions, scripts.',
    permission: 'reports.read',
    query: causesQuery,
    answer: performanceCauses,
  },
  'GET /api/analytics/performance/releases': {
    summary: 'Two releases side by side: how each web vital changed, and whether that can be told from chance.',
    permission: 'reports.read',
    query: releasesQuery,
    answer: performanceReleases,
  },
  'POST /api/analytics/retention': {
    summary: 'People that come back, by cohort.',
    permission: 'retention.read',
    body: retentionQuery,
    answer: retentionReport,
  },
  'GET /api/analytics/revenue': {
    summary: 'What events earned, by currency.',
    permission: 'reports.read',
    query: revenueQuery,
    answer: revenueReport,
  },
  'GET /api/analytics/sessions': {
    summary: 'Sessions that began in the range: how many, how long, where they began and ended.',
    permission: 'reports.read',
    query: reportQuery,
    answer: sessionsReport,
  },
  'GET /api/analytics/sources': {
    summary: 'Where people came from.',
    permission: 'reports.read',
    query: sourcesQuery,
    answer: sourcesReport,
  },
  'GET /api/analytics/stickiness': {
    summary: 'How many days of a week or month people are active.',
    permission: 'reports.read',
    query: stickinessQuery,
    answer: stickinessReport,
  },
} as const satisfies ApiOperations
