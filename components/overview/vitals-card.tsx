'use client'

import type { Route } from 'next'
import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import type { PerformanceReport } from '@/lib/contracts/performance-report'
import { VITALS } from '@/lib/core/vitals'
import type { How } from '../cards/how-computed'
import type { ReportState } from '../data/use-report'
import { toFrameSearch } from '../filters/parse-report-filters'
import { EmptyStateSnippet } from '../panels/panel-states'
import { ReportPanel } from '../panels/report-panel'
import { toScriptTag } from '../panels/snippets'
import { VitalCard } from '../panels/vital-card'
import { Skeleton } from '../ui/skeleton'

const TILE = 'block h-full rounded-control border border-line px-3.5 py-3'
const GRID = 'grid grid-cols-[repeat(auto-fill,minmax(9.25rem,1fr))] gap-3 md:grid-cols-3 xl:grid-cols-5'

type VitalsCardProps = {
  state: ReportState<PerformanceReport>
  how: How
  /** Whether there is a page of vitals to go to. */
  isLinked: boolean
}

/** The five vitals at a glance; each leads to where its causes are. */
export function VitalsCard({ state, how, isLinked }: VitalsCardProps) {
  const search = toFrameSearch(useSearchParams() ?? new URLSearchParams())
  return (
    <ReportPanel
      id="speed"
      title="Web vitals"
      description="How fast pages felt to real people, judged at the 75th percentile."
      how={how}
      state={state}
      isEmpty={({ metrics }) => VITALS.every((name) => metrics[name].count === 0)}
      empty={{
        title: 'No page load was measured in this period',
        content: (
          <EmptyStateSnippet
            summary="Measure a website"
            label="Script tag for any website"
            code={toScriptTag('https://HOST', 'pk_…')}
          />
        ),
      }}
      skeleton={
        <div className={GRID}>
          {VITALS.map((name) => (
            <Skeleton key={name} className="h-52" />
          ))}
        </div>
      }
    >
      {({ report: { metrics, previous } }) => (
        <ul className={GRID}>
          {VITALS.map((name) => (
            <li key={name} className="min-w-0">
              {isLinked ? (
                <Link
                  href={`/admin/vitals?${new URLSearchParams(`${search}&vital=${name}`)}` as Route}
                  className={`${TILE} transition-colors hover:border-line-strong`}
                >
                  <VitalCard vital={name} summary={metrics[name]} previousP75={previous[name].p75} />
                </Link>
              ) : (
                <div className={TILE}>
                  <VitalCard vital={name} summary={metrics[name]} previousP75={previous[name].p75} />
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
    </ReportPanel>
  )
}
