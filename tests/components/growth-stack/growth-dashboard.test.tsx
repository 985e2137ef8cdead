import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { InitialReports } from '@/components/data/initial-reports'
import GrowthDashboardDefault, { GrowthDashboard } from '@/components/growth-stack/GrowthDashboard'
import type { AiPerformanceReport } from '@/lib/contracts/ai-performance-report'
import type { DatabasePerformanceReport } from '@/lib/contracts/database-performance-report'
import type { EventsReport } from '@/lib/contracts/events-report'
import type { PerformanceReport, VitalSummary } from '@/lib/contracts/performance-report'

const NOW_MS = Date.parse('2026-11-20T10:30:00Z')
const START = '2026-11-20T09:00:00.000Z'

const events: EventsReport = {
  totals: { events: 24, pageviews: 16, people: 6, sessions: 8, conversions: 3 },
  previous: { events: 12, pageviews: 8, people: 6, sessions: 0, conversions: 4 },
  series: [{ start: START, events: 24, people: 6 }],
  top: [{ event: '$pageview', count: 16, people: 6 }],
  funnels: [
    {
      name: 'Recipe Discovery',
      steps: [
        { step: 'list', count: 6, conversionRatio: 1 },
        { step: 'viewed', count: 3, conversionRatio: 0.5 },
      ],
    },
  ],
  pages: [{ route: '/recipes/[id]', count: 9, people: 5 }],
}

const unmeasured: VitalSummary = {
  p50: null,
  p75: null,
  p90: null,
  p95: null,
  p99: null,
  p75Interval: null,
  count: 0,
  good: null,
  needsImprovement: null,
  poor: null,
  rating: null,
  series: [{ start: START, p75: null, count: 0 }],
}
const noSample = { p75: null, count: 0, rating: null }
const performance: PerformanceReport = {
  metrics: {
    lcp: { ...unmeasured, p75: 2_600, count: 5, good: 0.6, needsImprovement: 0.4, poor: 0, rating: 'needsImprovement' },
    inp: unmeasured,
    cls: { ...unmeasured, p75: 0, count: 5, good: 1, needsImprovement: 0, poor: 0, rating: 'good' },
    fcp: unmeasured,
    ttfb: unmeasured,
  },
  routes: [{ route: '/', count: 5, lcp: noSample, inp: noSample, cls: noSample, fcp: noSample, ttfb: noSample }],
  navigations: { hard: 5, soft: 0 },
  custom: [],
  precision: 'exact',
  previous: { lcp: noSample, inp: noSample, cls: noSample, fcp: noSample, ttfb: noSample },
}

const noCalls = { requests: 0, errors: 0, errorRatio: null, cacheHitRatio: null, tokens: 0, costUsd: null }
const latency = { p50: null, p95: null, p99: null }
const ai: AiPerformanceReport = { totals: noCalls, previous: noCalls, latency, series: [], models: [], endpoints: [] }
const noQueries = { queries: 0, slow: 0, slowRatio: null, cachedRatio: null }
const database: DatabasePerformanceReport = { totals: noQueries, previous: noQueries, latency, series: [], slowest: [] }

const query = { project: 'default', range: '24h', timezone: 'UTC' } as const
const initial: InitialReports = { query, answeredAtMs: NOW_MS, events, performance, ai, database }

const render = (reports?: InitialReports) =>
  renderToStaticMarkup(<GrowthDashboard timezone="UTC" {...(reports && { initial: reports })} />)
/** The text of the figure with this label. */
const figureOf = (html: string, label: string) =>
  new RegExp(`<dt[^>]*>${label}</dt>(.*?)</div>`, 's').exec(html)?.[1]?.replace(/<[^>]+>/g, '|') ?? ''

describe('the dashboard', () => {
  it('is exported under both names', () => {
    expect(GrowthDashboardDefault).toBe(GrowthDashboard)
  })

  it('paints the figures that the server read, before any script runs', () => {
    const html = render(initial)
    expect(figureOf(html, 'Events')).toContain('|24|')
    expect(figureOf(html, 'Page views')).toContain('|16|')
    expect(html).toContain('/recipes/[id]')
    expect(html).toContain('3 dropped off (50%)')
  })

  it('says the direction of a change and whether it is good in words', () => {
    const html = render(initial)
    expect(figureOf(html, 'Events')).toMatch(/up .*100%.*better/)
    expect(figureOf(html, 'Conversions')).toMatch(/down .*25%.*worse/)
    expect(figureOf(html, 'Sessions')).toContain('|new|')
    expect(figureOf(html, 'People')).toContain('no change')
  })

  it('shows a missing value as a dash with its reason, and a measured zero as 0', () => {
    const html = render(initial)
    expect(html).toContain('title="Nobody tapped, clicked or typed on a measured page in this period">–<')
    expect(html).toMatch(/>CLS<.*?>0</s)
    expect(html).not.toMatch(/NaN|Infinity|undefined/)
  })

  it('says of every card how it is computed', () => {
    const html = render(initial)
    const told = [...html.matchAll(/aria-label="How computed: ([^"]+)"/g)].map(([, title]) => title)
    const titles = [...html.matchAll(/<h2 id="[^"]+-title"[^>]*>([^<]+)<\/h2>/g)].map(([, title]) => title)
    expect(told).toEqual(titles.filter((title) => title !== 'Key figures'))
    expect(told.length).toBeGreaterThanOrEqual(7)
  })

  it('leads to each vital’s causes', () => {
    expect(render(initial)).toContain('href="/admin/vitals?vital=inp"')
  })

  it('says a rating in words, not by colour alone', () => {
    expect(render(initial)).toContain('Needs improvement')
  })

  it('gives each chart a title, a unit and a table', () => {
    const html = render(initial)
    expect(html).toMatch(/<caption>People, per hour<\/caption>/)
    expect(html).toContain('Fri, Nov 20, 09:00–10:00')
  })

  it('tells in an empty panel what to do next', () => {
    const html = render(initial)
    expect(html).toContain('No call to a model was reported in this period')
    expect(html).toContain('Report a call from your server')
  })

  it('loads in placeholders when the server read nothing, or something for another range', () => {
    for (const reports of [undefined, { ...initial, query: { ...query, range: '7d' as const } }]) {
      const html = render(reports)
      expect(html).toContain('Loading Audience')
      expect(html).toContain('aria-busy="true"')
      expect(figureOf(html, 'Events')).not.toMatch(/\d/)
    }
  })
})
