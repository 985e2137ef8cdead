'use client'

import type { ReactNode } from 'react'
import { type How, HowComputed } from '../cards/how-computed'
import type { ReportQuery, ReportRange } from '../data/report-query'
import type { DatedReport, ReportState } from '../data/use-report'
import { DataPanel, type DataPanelProps } from './data-panel'

/** Whose panels these are and what they look at; the same for all panels of one dashboard. */
export type PanelScope = {
  project: string
  range: ReportRange
  timezone: string
  /** The question of the visitors' reports. */
  query: ReportQuery
  /** The route all figures are narrowed to, if any. */
  route: string | null
  onRouteChange: (route: string | null) => void
  /** Whether rows marked as bots count in the figures. */
  includesBots: boolean
}

type ReportPanelProps<Report> = Pick<
  DataPanelProps<never>,
  'id' | 'title' | 'description' | 'skeleton' | 'action' | 'lead'
> & {
  how?: How
  state: ReportState<Report>
  isEmpty: (report: Report) => boolean
  empty: { title: string; content: ReactNode }
  children: (dated: DatedReport<Report>) => ReactNode
}

/** A section of the dashboard in one of its four states. Old figures stay, dimmed if of another question, while new ones load. */
export function ReportPanel<Report>({ state, isEmpty, how, ...props }: ReportPanelProps<Report>) {
  return (
    <DataPanel
      {...props}
      state={state}
      onRetry={state.refresh}
      isDimmed={state.isStale}
      {...(how && { how: <HowComputed title={props.title} how={how} isShort={props.action !== undefined} /> })}
      isEmpty={({ report }) => isEmpty(report)}
    />
  )
}
