'use client'

import type { ReactNode } from 'react'
import { isSameRange, type ReportRange } from '../data/report-query'
import type { DatedReport, ReportState } from '../data/use-report'
import { DataPanel, type DataPanelProps } from './data-panel'

/** Whose panels these are and what they look at; the same for all panels of one dashboard. */
export type PanelScope = {
  project: string
  range: ReportRange
  timezone: string
  /** The route all figures are narrowed to, if any. */
  route: string | null
  onRouteChange: (route: string | null) => void
  /** Whether rows marked as bots count in the figures. */
  includesBots: boolean
}

type ReportPanelProps<Report> = Pick<DataPanelProps<never>, 'id' | 'title' | 'description' | 'skeleton'> & {
  state: ReportState<Report>
  range: ReportRange
  isEmpty: (report: Report) => boolean
  empty: { title: string; content: ReactNode }
  children: (dated: DatedReport<Report>) => ReactNode
}

/** A section of the dashboard in one of its four states. Old figures stay, dimmed if of another range, while new ones load. */
export function ReportPanel<Report>({ state, range, isEmpty, ...props }: ReportPanelProps<Report>) {
  return (
    <DataPanel
      {...props}
      state={state}
      onRetry={state.refresh}
      isDimmed={state.data !== undefined && !isSameRange(state.data.range, range)}
      isEmpty={({ report }) => isEmpty(report)}
    />
  )
}
