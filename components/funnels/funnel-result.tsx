'use client'

import { useState } from 'react'
import type { FunnelReport } from '@/lib/contracts/funnel'
import { ReportCard } from '../cards/report-card'
import { FunnelStepsChart, type FunnelUnitName, formatUnits } from '../charts/funnel-steps-chart'
import { FunnelTimes } from '../charts/funnel-times'
import { type AskedFunnel, type FunnelGroup, useFunnel } from '../data/funnels'
import { formatExactCount, formatRatio } from '../format/format-number'
import { Button } from '../ui/button'
import { Cell, HeaderCell, Table } from '../ui/table'
import type { FunnelDraft } from './funnel-draft'
import { toFunnelHow } from './funnel-how'
import { FunnelPeopleDialog } from './funnel-people-dialog'

type FunnelResultProps = {
  asked: AskedFunnel
  draft: FunnelDraft
  isCompared: boolean
  timezone: string
  /** Whether the viewer may read who people are. */
  canReadPeople: boolean
}

/** The funnel itself: who reached each step, who was lost, and how long it took. */
export function FunnelResult({ asked, draft, isCompared, timezone, canReadPeople }: FunnelResultProps) {
  const resource = useFunnel(asked, isCompared)
  const [group, setGroup] = useState<FunnelGroup | null>(null)
  const unit: FunnelUnitName = draft.unit === 'person' ? 'people' : 'sessions'
  const select = canReadPeople
    ? (step: number, outcome: FunnelGroup['outcome']) => setGroup({ step, outcome })
    : undefined
  return (
    <>
      <ReportCard
        title="Conversion"
        description={`From the first step to the last, ${unit}`}
        how={(report) => toFunnelHow(draft, report, asked.body.bots === true)}
        resource={resource}
        isEmpty={({ steps, excludedCount }) => steps[0]?.count === 0 && excludedCount === 0}
        empty={{
          title: 'Nobody did the first step in this time',
          content: <p>Choose a longer range, another event, or fewer conditions.</p>,
        }}
      >
        {(report) => (
          <>
            <Headline report={report} unit={unit} />
            <FunnelStepsChart
              title="the funnel"
              unit={unit}
              steps={report.steps}
              previous={report.previous?.steps}
              onSelect={select}
            />
            {report.excludedCount > 0 && (
              <p className="flex flex-wrap items-center gap-2 text-ink-soft text-[0.8125rem]">
                {formatUnits(report.excludedCount, unit)} left the funnel for an excluded event.
                {canReadPeople && (
                  <Button size="small" onClick={() => setGroup({ step: 1, outcome: 'excluded' })}>
                    Who?
                  </Button>
                )}
              </p>
            )}
            <Times report={report} unit={unit} />
            {report.breakdown && <Breakdown report={report} unit={unit} />}
          </>
        )}
      </ReportCard>
      {group && (
        <FunnelPeopleDialog
          key={`${group.step} ${group.outcome}`}
          asked={asked}
          events={draft.steps.map(({ event }) => event)}
          group={group}
          timezone={timezone}
          onClose={() => setGroup(null)}
        />
      )}
    </>
  )
}

function Headline({ report, unit }: { report: FunnelReport; unit: FunnelUnitName }) {
  const [first, last] = [report.steps[0], report.steps.at(-1)]
  return (
    <p className="figures text-ink-soft text-sm">
      <strong className="mr-1.5 font-semibold text-2xl text-ink">{formatRatio(last?.conversionRatio ?? null)}</strong>
      of {formatUnits(first?.count ?? 0, unit)} got to the end
    </p>
  )
}

function Times({ report: { steps, total }, unit }: { report: FunnelReport; unit: FunnelUnitName }) {
  const gaps = steps.flatMap(({ index, event, timeToConvert: times }) =>
    times === null ? [] : [{ key: index, title: `To step ${index}, ${event}`, times }],
  )
  const all =
    steps.length > 2 && total ? [...gaps, { key: 0, title: 'From the first step to the last', times: total }] : gaps
  if (all.length === 0) return null
  return (
    <details>
      <summary className="w-fit rounded font-medium text-[0.8125rem] text-accent">Time to convert</summary>
      <div className="mt-4 grid gap-x-10 gap-y-6 lg:grid-cols-2">
        {all.map(({ key, title, times }) => (
          <FunnelTimes key={key} title={title} unit={unit} times={times} />
        ))}
      </div>
    </details>
  )
}

function Breakdown({ report, unit }: { report: FunnelReport; unit: FunnelUnitName }) {
  return (
    <div className="flex flex-col gap-2">
      <Table caption={`Funnel by value, ${unit}`}>
        <thead>
          <tr>
            <HeaderCell>Value</HeaderCell>
            {report.steps.map(({ index, event }) => (
              <HeaderCell key={index} isFigure>
                {index}. {event}
              </HeaderCell>
            ))}
            <HeaderCell isFigure>To the end</HeaderCell>
          </tr>
        </thead>
        <tbody>
          {report.breakdown?.map(({ value, steps }) => (
            <tr key={JSON.stringify(value)}>
              <Cell className="max-w-60 truncate">
                {value === null ? (
                  <span className="text-ink-soft">none</span>
                ) : typeof value === 'string' ? (
                  value
                ) : (
                  JSON.stringify(value)
                )}
              </Cell>
              {steps.map(({ index, count }) => (
                <Cell key={index} isFigure>
                  {formatExactCount(count)}
                </Cell>
              ))}
              <Cell isFigure>{formatRatio(steps.at(-1)?.conversionRatio ?? null)}</Cell>
            </tr>
          ))}
        </tbody>
      </Table>
      {(report.breakdownLeftOut ?? 0) > 0 && (
        <p className="text-ink-faint text-xs">
          {formatExactCount(report.breakdownLeftOut ?? 0)} more values are not shown.
        </p>
      )}
    </div>
  )
}
