'use client'

import { useState } from 'react'
import type { PerformanceReleases, ReleaseChange } from '@/lib/contracts/performance-releases'
import type { How } from '../cards/how-computed'
import { ReportCard } from '../cards/report-card'
import { useReleases, type VitalsQuery } from '../data/vitals'
import { formatExactCount, formatVital } from '../format/format-number'
import { VITAL_NAMES } from '../panels/vital-names'
import { Badge } from '../ui/badge'
import { Button } from '../ui/button'
import { Field, Select } from '../ui/field'
import { TableSkeleton } from '../ui/skeleton'
import { Cell, HeaderCell, Table } from '../ui/table'
import { toSentence } from './change-sentence'
import type { VitalsState } from './vitals-url'

/** Rows shown before "Show all". */
const ROWS_SHOWN = 10

const VERDICTS = {
  worse: { text: 'Worse', tone: 'poor' },
  better: { text: 'Better', tone: 'good' },
  unclear: { text: 'No change shows', tone: 'neutral' },
  tooFew: { text: 'Too few samples', tone: 'neutral' },
} as const

type ReleasesCardProps = {
  query: VitalsQuery
  state: VitalsState
  onChange: (patch: Partial<VitalsState>) => void
}

/** What a release changed: every vital, over all pages and on each, with how sure that is. */
export function ReleasesCard({ query: { release: _, ...query }, state, onChange }: ReleasesCardProps) {
  const resource = useReleases(query, state)
  return (
    <ReportCard
      id="releases"
      title="What a release changed"
      description="p75 of each vital before and after, on every page."
      resource={resource}
      how={toHow}
      isEmpty={({ releases }) => releases.length < 2}
      empty={{
        title: 'Fewer than two releases in this period',
        content: (
          <p>
            Give each version a name, <code>{'<GrowthProvider release="3f2c">'}</code>, or build where the host names
            the commit (Vercel, Netlify, Cloudflare Pages, GitHub Actions): it is then taken by itself.
          </p>
        ),
      }}
      skeleton={<TableSkeleton rows={6} />}
    >
      {(comparison) => <Comparison comparison={comparison} onChange={onChange} />}
    </ReportCard>
  )
}

type ComparisonProps = { comparison: PerformanceReleases; onChange: ReleasesCardProps['onChange'] }

function Comparison({ comparison, onChange }: ComparisonProps) {
  const { releases, before, after, changes } = comparison
  const [isWhole, setIsWhole] = useState(false)
  const shown = isWhole ? changes : changes.slice(0, ROWS_SHOWN)
  const worst = changes.find(({ verdict }) => verdict === 'worse')
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div className="flex flex-wrap gap-4">
        {[['before', 'Before', before] as const, ['after', 'After', after] as const].map(([name, label, chosen]) => (
          <div key={name} className="w-64 max-w-full">
            <Field label={label}>
              {(control) => (
                <Select {...control} value={chosen ?? ''} onChange={({ target }) => onChange({ [name]: target.value })}>
                  {releases.map(({ release, count }) => (
                    <option key={release} value={release}>
                      {release} ({formatExactCount(count)} navigations)
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          </div>
        ))}
      </div>
      <p role="status" className="text-sm">
        {worst && before
          ? toSentence(worst, after ?? '')
          : `Of ${changes.length} comparisons, none shows that ${after} is worse than ${before}.`}
      </p>
      <Table caption={`Changes from ${before} to ${after}`}>
        <thead>
          <tr>
            <HeaderCell>Vital</HeaderCell>
            <HeaderCell>Page</HeaderCell>
            <HeaderCell isFigure>Before</HeaderCell>
            <HeaderCell isFigure>After</HeaderCell>
            <HeaderCell isFigure>Difference, 95% interval</HeaderCell>
            <HeaderCell>Verdict</HeaderCell>
          </tr>
        </thead>
        <tbody>
          {shown.map((change) => (
            <ChangeRow key={`${change.metric} ${change.route ?? ''}`} change={change} />
          ))}
        </tbody>
      </Table>
      {changes.length > ROWS_SHOWN && (
        <Button variant="quiet" size="small" className="-ml-2 self-start" onClick={() => setIsWhole(!isWhole)}>
          {isWhole ? `Show ${ROWS_SHOWN}` : `Show all ${changes.length}`}
        </Button>
      )}
    </div>
  )
}

function ChangeRow({ change }: { change: ReleaseChange }) {
  const { metric, route, before, after, difference, interval, verdict } = change
  const format = (value: number) => `${value > 0 ? '+' : value < 0 ? '−' : ''}${formatVital(metric, Math.abs(value))}`
  const { text, tone } = VERDICTS[verdict]
  return (
    <tr>
      <Cell className="font-medium">{VITAL_NAMES[metric].short}</Cell>
      <Cell className="min-w-32 max-w-60">
        <span className="block truncate">{route ?? 'All pages'}</span>
      </Cell>
      <Cell isFigure title={`${formatExactCount(before.count)} samples`}>
        {formatVital(metric, before.p75)}
      </Cell>
      <Cell isFigure title={`${formatExactCount(after.count)} samples`}>
        {formatVital(metric, after.p75)}
      </Cell>
      <Cell isFigure>
        {format(difference)}
        {interval && (
          <span className="ml-2 text-ink-faint text-xs">
            {format(interval.low)} to {format(interval.high)}
          </span>
        )}
      </Cell>
      <Cell>
        <Badge tone={tone}>{text}</Badge>
      </Cell>
    </tr>
  )
}

function toHow(comparison: PerformanceReleases | undefined): How {
  const total = comparison?.changes.length ?? 0
  return {
    definition:
      'p75 after minus p75 before. The interval is made of the order-statistic intervals of both sides (MOVER, Zou & Donner 2008) and assumes nothing about the distribution. Worse or better: it leaves 0 out.',
    ...(comparison && {
      sample: `${total} comparisons; at 95 % about ${Math.max(1, Math.round(total / 20))} may show a change that is chance`,
    }),
    leftOut:
      'Pages without a sample of both releases; intervals below 13 samples on a side; navigations without a release.',
  }
}
