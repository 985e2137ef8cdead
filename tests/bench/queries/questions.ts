/** One request of the dashboard or the API; `range` is put into its query or its body. */
export type Question = {
  name: string
  path: string
  /** Query of a GET besides the range. */
  query?: Record<string, string>
  /** Body of a POST besides the range. */
  body?: Record<string, unknown>
}

const pageview = { event: '$pageview' }
const threeSteps = [{ event: 'recipe_viewed' }, { event: 'recipe_clicked' }, { event: 'search' }]

/** What the dashboard's pages ask, page by page, then questions of the API that are harder than what a page asks. */
export const PANELS: readonly Question[] = [
  { name: 'overview: events', path: '/api/analytics/events' },
  { name: 'overview: vitals', path: '/api/analytics/performance' },
  { name: 'overview: AI', path: '/api/analytics/ai-performance' },
  { name: 'overview: database', path: '/api/analytics/database-performance' },
  { name: 'sources: referrer', path: '/api/analytics/sources', query: { dimension: 'referrer' } },
  { name: 'sources: channel', path: '/api/analytics/sources', query: { dimension: 'channel' } },
  { name: 'audience: country', path: '/api/analytics/audience', query: { dimension: 'country' } },
  { name: 'audience: device', path: '/api/analytics/audience', query: { dimension: 'device' } },
  { name: 'audience: browser', path: '/api/analytics/audience', query: { dimension: 'browser' } },
  { name: 'features: actives', path: '/api/analytics/actives' },
  { name: 'features: stickiness', path: '/api/analytics/stickiness' },
  { name: 'features: lifecycle', path: '/api/analytics/lifecycle' },
  { name: 'features: table', path: '/api/analytics/features' },
  { name: 'vitals: causes of LCP', path: '/api/analytics/performance/causes', query: { metric: 'lcp' } },
  { name: 'vitals: releases', path: '/api/analytics/performance/releases' },
  {
    name: 'retention, any event',
    path: '/api/analytics/retention',
    body: { target: { event: '*' }, return: { event: '*' } },
  },
  { name: 'retention, page views', path: '/api/analytics/retention', body: { target: pageview, return: pageview } },
  {
    name: 'funnel of 3, dense',
    path: '/api/analytics/funnels',
    body: { steps: [pageview, ...threeSteps.slice(0, 2)] },
  },
  { name: 'funnel of 3', path: '/api/analytics/funnels', body: { steps: threeSteps } },
  {
    name: 'funnel of 3, selective',
    path: '/api/analytics/funnels',
    body: { steps: [{ event: 'signed_up' }, { event: 'order_placed' }, { event: 'goal_reached' }] },
  },
  {
    name: 'paths after sign-up',
    path: '/api/analytics/paths',
    body: { anchor: { event: 'signed_up' }, direction: 'after' },
  },
  { name: 'live', path: '/api/analytics/live' },
  { name: 'ingestion', path: '/api/ingest/health' },
]

export const QUESTIONS: readonly Question[] = [
  { name: 'events, device = mobile', path: '/api/analytics/events', query: { device: 'mobile' } },
  { name: 'events, New York days', path: '/api/analytics/events', query: { timezone: 'America/New_York' } },
  {
    name: 'retention, first time, filtered',
    path: '/api/analytics/retention',
    body: { mode: 'first_time', target: { event: 'order_placed', where: { revenue: { gt: 50 } } }, return: pageview },
  },
  {
    name: 'funnel by device',
    path: '/api/analytics/funnels',
    body: { steps: threeSteps, breakdown: { property: '$device' } },
  },
  { name: 'funnel, strict', path: '/api/analytics/funnels', body: { steps: threeSteps, order: 'strict' } },
  { name: 'funnel, unordered', path: '/api/analytics/funnels', body: { steps: threeSteps, order: 'unordered' } },
  { name: 'funnel by session', path: '/api/analytics/funnels', body: { steps: threeSteps, unit: 'session' } },
  {
    name: 'funnel, pages and a property',
    path: '/api/analytics/funnels',
    body: {
      steps: [
        { event: '$pageview', where: { $route: '/recipes' } },
        { event: 'order_placed', where: { revenue: { gt: 50 } } },
      ],
    },
  },
  { name: 'paths from the session start', path: '/api/analytics/paths', body: { anchor: null, direction: 'after' } },
  { name: 'revenue', path: '/api/analytics/revenue' },
]
