'use client'

import { useSearchParams } from 'next/navigation'
import { useMemo } from 'react'
import { useVitals, type VitalsQuery } from '../data/vitals'
import { ReportPage } from '../filters/report-page'
import { useReportScope } from '../filters/report-scope'
import { useReportFilters } from '../filters/use-report-filters'
import { changeUrlParams } from '../shell/change-url'
import { BreakdownCard } from './breakdown-card'
import { CausesCard } from './causes-card'
import { CustomMetricsCard } from './custom-metrics-card'
import { ReleasesCard } from './releases-card'
import { SpeedCard } from './speed-card'
import { VitalsControls } from './vitals-controls'
import { parseVitalsUrl, type VitalsState } from './vitals-url'

export type VitalsPageProps = { project: string; timezone: string }

/** How pages felt to those who visited them: figures, their course, where they differ, what is behind them, and what releases changed. */
export function VitalsPage({ project, timezone }: VitalsPageProps) {
  return (
    <ReportPage
      title="Vitals"
      description="How fast pages were, how soon they answered and how still they stood, measured in visitors’ browsers."
      project={project}
      timezone={timezone}
      rangeDefault="30d"
    >
      <VitalsView />
    </ReportPage>
  )
}

function VitalsView() {
  const { query: common, timezone, canChange, set } = useReportFilters()
  const address = (useSearchParams() ?? new URLSearchParams()).toString()
  const state = parseVitalsUrl(new URLSearchParams(useReportScope()?.fixedSearch ?? address))
  const { navigations, connection, release } = state
  const query = useMemo(
    (): VitalsQuery => ({
      ...common,
      ...(navigations === 'soft' && { navigations }),
      ...(connection !== null && { connection }),
      ...(release !== null && { release }),
    }),
    [common, navigations, connection, release],
  )
  const resource = useVitals(query)
  const change = (patch: Partial<VitalsState>) => changeUrlParams(patch)
  return (
    <>
      <VitalsControls state={state} canChange={canChange} onChange={change} />
      <SpeedCard resource={resource} query={query} state={state} timezone={timezone} onChange={change} />
      <BreakdownCard
        query={query}
        state={state}
        onChange={change}
        {...(canChange && { onFilter: (filter) => set({ filter }) })}
      />
      <CausesCard query={query} state={state} />
      <ReleasesCard query={query} state={state} onChange={change} />
      <CustomMetricsCard resource={resource} />
    </>
  )
}
