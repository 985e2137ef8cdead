'use client'

import { useSearchParams } from 'next/navigation'
import type { RetentionReport, RetentionRequest } from '@/lib/contracts/retention'
import type { How } from '../cards/how-computed'
import { ReportCard } from '../cards/report-card'
import { useRetention } from '../data/retention'
import { ReportPage } from '../filters/report-page'
import { useReportScope } from '../filters/report-scope'
import { useReportFilters } from '../filters/use-report-filters'
import { changeUrlParams } from '../shell/change-url'
import { SegmentedControl } from '../ui/segmented-control'
import { Skeleton } from '../ui/skeleton'
import { NoRetention } from './no-retention'
import { RetentionControls } from './retention-controls'
import { RetentionResult } from './retention-result'
import { parseRetentionUrl, type RetentionState, toRetentionParams } from './retention-url'
import { RevenueTable } from './revenue-table'
import { describeStep } from './step-draft'

export type RetentionPageProps = { project: string; timezone: string }

/** Who comes back: cohorts, their curves and what they bring in. The whole question lives in the address. */
export function RetentionPage({ project, timezone }: RetentionPageProps) {
  return (
    <ReportPage
      title="Retention"
      description="Of the people who did something, how many come back, and when."
      project={project}
      timezone={timezone}
      rangeDefault="30d"
    >
      <RetentionReportView />
    </ReportPage>
  )
}

const FIGURES = [
  { value: 'ratio', label: 'Share' },
  { value: 'people', label: 'People' },
] as const

function RetentionReportView() {
  const { project, timezone, body, bots, canChange } = useReportFilters()
  const address = (useSearchParams() ?? new URLSearchParams()).toString()
  const state = parseRetentionUrl(new URLSearchParams(useReportScope()?.fixedSearch ?? address))
  const change = (patch: Partial<RetentionState>) => changeUrlParams(toRetentionParams(patch))
  const { target, comeback, breakdown, figures, ...kind } = state
  const resource = useRetention(project, {
    ...body,
    ...kind,
    target,
    return: comeback,
    ...(breakdown && { breakdown: { property: breakdown } }),
  } as RetentionRequest)
  const how = (report: RetentionReport | undefined) => toHow(state, report, bots)
  const shared = {
    resource,
    how,
    isEmpty,
    empty: { title: 'Nobody did that in this period', content: <NoRetention /> },
  }
  return (
    <>
      {canChange && <RetentionControls project={project} state={state} onChange={change} />}
      <ReportCard
        {...shared}
        title="Who comes back"
        description={`${describeStep(target)} → ${describeStep(comeback)}`}
        action={
          canChange && (
            <SegmentedControl
              label="What the cells show"
              value={figures}
              options={FIGURES}
              onChange={(value) => change({ figures: value })}
            />
          )
        }
        skeleton={<Skeleton className="h-96" />}
      >
        {(report) => <RetentionResult report={report} state={state} timezone={timezone} />}
      </ReportCard>
      {state.revenue && (
        <ReportCard {...shared} title="Revenue of the cohorts" skeleton={<Skeleton className="h-64" />}>
          {(report) => <RevenueTable report={report} interval={state.interval} timezone={timezone} />}
        </ReportCard>
      )}
    </>
  )
}

const isEmpty = ({ cohorts }: RetentionReport) => cohorts.every(({ size }) => size === 0)

const MEMBERSHIP = {
  recurring: 'A person belongs to the cohort of each interval in which they did it.',
  first_time: 'A person belongs to the interval of their first such event ever, however long ago events are kept.',
  first_ever:
    'A person belongs to the interval of their first event of that name, if it meets the conditions; who first did it otherwise is left out.',
} as const

function toHow(
  { mode, windows, cumulative, breakdown }: RetentionState,
  report: RetentionReport | undefined,
  bots: boolean,
): How {
  const size = report?.cohorts.reduce((sum, cohort) => sum + cohort.size, 0)
  const back =
    windows === 'rolling'
      ? 'Column k: who did the return event in the k-th length of an interval (an hour, 24 hours, 7 or 30 days) after their own earliest event in the cohort.'
      : cumulative
        ? 'Column k: who did the return event k or more intervals later.'
        : 'Column k: who did the return event k intervals later.'
  return {
    definition: `${MEMBERSHIP[mode]} ${back} The average pools the cohorts that have reached the column, so a large cohort weighs more.${
      breakdown ? ' Values are those on a person’s earliest target event in the interval.' : ''
    }`,
    window: 'The range widens to whole intervals of the time zone and ends now. Cells in italics are still running.',
    ...(size !== undefined && { sample: `${size.toLocaleString('en')} people, summed over the cohorts` }),
    leftOut: `${bots ? 'Bots count, too. ' : 'Rows marked as bots. '}Rows under Global Privacy Control, which belong to nobody; cells that have not begun.`,
  }
}
