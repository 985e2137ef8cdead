'use client'

import { useSearchParams } from 'next/navigation'
import { useMemo } from 'react'
import { DAY_MS } from '@/lib/core/time-range'
import { ReportPage } from '../filters/report-page'
import { toSpanRange } from '../filters/to-report-query'
import { useReportFilters } from '../filters/use-report-filters'
import { EmptyState } from '../panels/panel-states'
import { changeUrl } from '../shell/change-url'
import { Card } from '../ui/card'
import { FunnelBuilder } from './funnel-builder'
import { FunnelResult } from './funnel-result'
import { FunnelRevenueCard } from './funnel-revenue-card'
import { FunnelTrendCard } from './funnel-trend-card'
import { SavedFunnels } from './saved-funnels'
import { toTrendChoices, toTrendInterval } from './trend-interval'
import { useFunnelDraft } from './use-funnel-draft'

export type FunnelsPageProps = {
  project: string
  timezone: string
  /** Whether the viewer may keep funnels. */
  canManage: boolean
  /** Whether the viewer may read who people are. */
  canReadPeople: boolean
}

/** Where people get lost: a funnel to build, its figures while it is built, over time, and who is behind them. */
export function FunnelsPage({ project, timezone, ...rights }: FunnelsPageProps) {
  return (
    <ReportPage
      project={project}
      timezone={timezone}
      rangeDefault="30d"
      title="Funnels"
      description="How many get from one step to the next, and where the others are lost"
    >
      <Funnels {...rights} />
    </ReportPage>
  )
}

function Funnels({ canManage, canReadPeople }: Pick<FunnelsPageProps, 'canManage' | 'canReadPeople'>) {
  const { project, timezone, body, span, compare, canChange } = useReportFilters()
  const { draft, asked, definition, savedId, change, open } = useFunnelDraft()
  const question = useMemo(() => asked && { project, body: { ...body, ...asked.definition } }, [project, body, asked])
  const range = toSpanRange(span, timezone, Date.now() - (Date.now() % DAY_MS))
  const wanted = useSearchParams()?.get('interval') ?? null
  return (
    <>
      {canChange && (
        <Card className="flex flex-col gap-5 p-4 sm:p-6">
          <header className="flex flex-wrap items-center justify-between gap-3">
            <h2 className="font-semibold text-[0.9375rem] tracking-tight">
              {draft.conversions === '' ? 'Funnel' : draft.conversions}
            </h2>
            <SavedFunnels {...{ project, canManage, definition }} openId={savedId} onOpen={open} />
          </header>
          <FunnelBuilder project={project} draft={draft} onChange={change} />
        </Card>
      )}
      {asked && question ? (
        <>
          <FunnelResult
            asked={question}
            draft={asked.draft}
            isCompared={compare}
            timezone={timezone}
            canReadPeople={canReadPeople && canChange}
          />
          <FunnelTrendCard
            asked={question}
            unit={asked.draft.unit === 'person' ? 'people' : 'sessions'}
            interval={toTrendInterval(range, wanted)}
            choices={canChange ? toTrendChoices(range) : []}
            onIntervalChange={(interval) => changeUrl('interval', interval)}
            timezone={timezone}
          />
          {asked.draft.order !== 'unordered' && asked.draft.conversions === '' && (
            <FunnelRevenueCard asked={question} />
          )}
        </>
      ) : (
        <EmptyState title="Say which way people should go">
          <p>
            Choose the event that people begin with, then the one they should get to: who reached it, who did not, and
            how long it took is shown as soon as both are there. Add steps between to see where the others are lost.
          </p>
        </EmptyState>
      )}
    </>
  )
}
