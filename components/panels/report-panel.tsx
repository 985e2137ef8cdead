'use client'

import LoaderCircle from 'lucide-react/icons/loader-circle'
import type { ReactNode } from 'react'
import type { RangeName } from '@/lib/core/time-range'
import type { DatedReport, ReportState } from '../data/use-report'
import { Card } from '../ui/card'
import { classNames } from '../ui/class-names'
import { EmptyState, ErrorState, StaleNotice } from './panel-states'

/** Whose panels these are and what they look at; the same for all panels of one dashboard. */
export type PanelScope = {
  project: string
  range: RangeName
  timezone: string
  /** The route all figures are narrowed to, if any. */
  route: string | null
  onRouteChange: (route: string | null) => void
  /** Whether rows marked as bots count in the figures. */
  includesBots: boolean
}

type ReportPanelProps<Report> = {
  id: string
  title: string
  description?: ReactNode
  state: ReportState<Report>
  range: RangeName
  isEmpty: (report: Report) => boolean
  empty: { title: string; content: ReactNode }
  /** As large as the figures it stands for. */
  skeleton: ReactNode
  children: (dated: DatedReport<Report>) => ReactNode
}

/** A section of the dashboard in one of its four states. Old figures stay, dimmed if of another range, while new ones load. */
export function ReportPanel<Report>(props: ReportPanelProps<Report>) {
  const { id, title, description, state, range } = props
  const isOfOtherRange = state.data !== undefined && state.data.range !== range
  return (
    <section id={id} aria-labelledby={`${id}-title`} aria-busy={state.isLoading || state.isRefreshing}>
      <Card className="flex flex-col gap-5 p-4 sm:p-6">
        <header className="flex items-start justify-between gap-4">
          <div className="min-w-0">
            <h2 id={`${id}-title`} className="font-semibold text-[0.9375rem] tracking-tight">
              {title}
            </h2>
            {description && <p className="mt-0.5 max-w-4xl text-ink-faint text-xs">{description}</p>}
          </div>
          <RefreshSign isShown={state.isRefreshing} />
        </header>
        <div className={classNames('flex min-w-0 flex-col gap-5 transition-opacity', isOfOtherRange && 'opacity-55')}>
          <PanelBody {...props} />
        </div>
      </Card>
    </section>
  )
}

function PanelBody<Report>(props: ReportPanelProps<Report>) {
  const { title, state, isEmpty, empty, skeleton, children } = props
  if (state.data === undefined) {
    if (state.error) return <ErrorState error={state.error} onRetry={state.refresh} />
    return (
      <>
        <p className="sr-only">Loading {title}</p>
        {skeleton}
      </>
    )
  }
  return (
    <>
      {state.error && <StaleNotice error={state.error} onRetry={state.refresh} />}
      {isEmpty(state.data.report) ? <EmptyState title={empty.title}>{empty.content}</EmptyState> : children(state.data)}
    </>
  )
}

/** Keeps its room when it is not shown, and comes late: a refresh that is quick stays unseen. */
function RefreshSign({ isShown }: { isShown: boolean }) {
  return (
    <span className={classNames('transition-opacity delay-300', isShown ? 'opacity-100' : 'opacity-0 delay-0')}>
      <LoaderCircle
        aria-hidden="true"
        className={classNames('size-4 text-ink-faint', isShown && 'motion-safe:animate-spin')}
      />
    </span>
  )
}
