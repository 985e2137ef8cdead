'use client'

import {
  type CauseKind,
  EXPLAINED_VITALS,
  type ExplainedVital,
  type PerformanceCauses,
  type ValuePart,
} from '@/lib/contracts/performance-causes'
import type { How } from '../cards/how-computed'
import { ReportCard } from '../cards/report-card'
import { useVitalCauses, type VitalsQuery } from '../data/vitals'
import { formatDuration, formatExactCount, formatRatio, formatVital } from '../format/format-number'
import { VITAL_NAMES } from '../panels/vital-names'
import { TableSkeleton } from '../ui/skeleton'
import { Cell, HeaderCell, Table } from '../ui/table'
import { PartsBar } from './parts-bar'
import type { VitalsState } from './vitals-url'

const PART_NAMES: Readonly<Record<ValuePart, string>> = {
  timeToFirstByte: 'Time to first byte',
  resourceLoadDelay: 'Load delay',
  resourceLoadDuration: 'Load duration',
  elementRenderDelay: 'Render delay',
  inputDelay: 'Input delay',
  processingDuration: 'Processing',
  presentationDelay: 'Presentation',
}

const KIND_NAMES: Readonly<Record<ExplainedVital, Readonly<Partial<Record<CauseKind, string>>>>> = {
  lcp: { target: 'Largest element', url: 'Its file' },
  inp: {
    target: 'Element that was used',
    eventType: 'How it was used',
    script: 'Longest script',
    scriptPart: 'What the script was doing',
    loadState: 'State of the page',
  },
  cls: { target: 'Element that moved most', loadState: 'State of the page' },
}

type CausesCardProps = { query: VitalsQuery; state: VitalsState }

/** What is behind the chosen vital; of FCP and TTFB browsers tell no cause, so those show that of LCP. */
export function CausesCard({ query, state }: CausesCardProps) {
  const metric = EXPLAINED_VITALS.find((vital) => vital === state.metric) ?? 'lcp'
  const resource = useVitalCauses(query, metric)
  return (
    <ReportCard
      title={`What makes ${VITAL_NAMES[metric].short}`}
      description="Where the time goes and what is behind it; those that spoil most loads first."
      resource={resource}
      how={toHow}
      isEmpty={({ count }) => count === 0}
      empty={{
        title: 'No cause was told in this period',
        content: (
          <p>
            Browsers tell causes to the SDK’s vitals chunk, except under Global Privacy Control, where none is kept.{' '}
            {metric === 'inp' && 'INP needs somebody to tap, click or type.'}
          </p>
        ),
      }}
      skeleton={<TableSkeleton rows={6} />}
    >
      {(causes) => <Causes causes={causes} />}
    </ReportCard>
  )
}

function Causes({ causes }: { causes: PerformanceCauses }) {
  const names = KIND_NAMES[causes.metric]
  return (
    <div className="flex min-w-0 flex-col gap-6">
      {causes.parts.length > 0 && (
        <PartsBar parts={causes.parts.map(({ part, ...rest }) => ({ name: PART_NAMES[part], ...rest }))} />
      )}
      <div className="grid gap-6 lg:grid-cols-2">
        {(Object.keys(names) as CauseKind[]).map((kind) => {
          const rows = causes.causes.filter((cause) => cause.kind === kind)
          return rows.length === 0 ? null : (
            <CauseTable key={kind} metric={causes.metric} kind={kind} name={names[kind] ?? kind} rows={rows} />
          )
        })}
      </div>
    </div>
  )
}

type CauseTableProps = { metric: ExplainedVital; kind: CauseKind; name: string; rows: PerformanceCauses['causes'] }

function CauseTable({ metric, kind, name, rows }: CauseTableProps) {
  const isScript = kind === 'script' || kind === 'scriptPart'
  return (
    <Table caption={`${VITAL_NAMES[metric].short} by: ${name}`}>
      <thead>
        <tr>
          <HeaderCell>{name}</HeaderCell>
          <HeaderCell isFigure>Not good</HeaderCell>
          <HeaderCell isFigure>Samples</HeaderCell>
          <HeaderCell isFigure>{isScript ? 'Its p75' : 'p75'}</HeaderCell>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ value, count, slowCount, p75 }) => (
          <tr key={value}>
            <Cell className="min-w-32 max-w-60">
              <code className="block truncate text-xs" title={value}>
                {value}
              </code>
            </Cell>
            <Cell isFigure title={formatRatio(slowCount / count)}>
              {formatExactCount(slowCount)}
            </Cell>
            <Cell isFigure className="text-ink-soft">
              {formatExactCount(count)}
            </Cell>
            <Cell isFigure>{isScript ? formatDuration(p75) : formatVital(metric, p75)}</Cell>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}

function toHow(causes: PerformanceCauses | undefined): How {
  return {
    definition:
      'As the browser tells it with the value that counts. Parts: p75 of each, and its share of the sum over all samples. Tables: samples that are not good first; p75 is that of the vital, of scripts their own time inside the interaction.',
    ...(causes && {
      sample: causes.isWhole
        ? `All ${formatExactCount(causes.count)} samples with a cause`
        : `The newest ${formatExactCount(causes.count)} samples with a cause; there are more in the period`,
    }),
    leftOut: 'Samples without a cause, as under Global Privacy Control; all but 20 values of each kind.',
  }
}
