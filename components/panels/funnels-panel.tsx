'use client'

import Link from 'next/link'
import type { EventsReport } from '@/lib/contracts/events-report'
import type { How } from '../cards/how-computed'
import { FunnelChart } from '../charts/funnel-chart'
import type { ReportState } from '../data/use-report'
import { formatRatio } from '../format/format-number'
import { Skeleton } from '../ui/skeleton'
import { EmptyStateSnippet } from './panel-states'
import { ReportPanel } from './report-panel'
import { FUNNEL_SNIPPET } from './snippets'

type FunnelsPanelProps = { state: ReportState<EventsReport>; how: How }

/** The named funnels that product code feeds with `conversion(funnel, step)`. */
export function FunnelsPanel({ state, how }: FunnelsPanelProps) {
  return (
    <ReportPanel
      id="funnels"
      title="Funnels"
      description="People who reached each step, and the share of the first step that is."
      how={how}
      state={state}
      isEmpty={({ funnels }) => funnels.length === 0}
      empty={{ title: 'No funnel step was reached in this period', content: <NoFunnels /> }}
      skeleton={<Skeleton className="h-72" />}
    >
      {({ report: { funnels } }) => (
        <div className="grid gap-x-10 gap-y-8 sm:grid-cols-2 lg:grid-cols-1 2xl:grid-cols-2">
          {funnels.map(({ name, steps }) => (
            <article key={name} className="flex min-w-0 flex-col gap-4">
              <header className="flex items-baseline justify-between gap-4">
                <h3 className="min-w-0 truncate font-medium text-[0.8125rem]" title={name}>
                  {name}
                </h3>
                <p className="figures whitespace-nowrap text-ink-soft text-xs">
                  {formatRatio(steps.at(-1)?.conversionRatio ?? null)} reach the end
                </p>
              </header>
              <FunnelChart title={name} steps={steps} />
            </article>
          ))}
        </div>
      )}
    </ReportPanel>
  )
}

function NoFunnels() {
  return (
    <>
      <p>
        Say in your code when somebody reaches a step; funnels and their order follow from that. The{' '}
        <Link href="/demo" className="font-medium text-accent underline underline-offset-2">
          demo
        </Link>{' '}
        has one: recipe list, recipe viewed, planned, signed up.
      </p>
      <EmptyStateSnippet summary="Record a step" label="In a component of your app" code={FUNNEL_SNIPPET} />
    </>
  )
}
