'use client'

import { useState } from 'react'
import { SOURCE_DIMENSIONS, type SourceDimension } from '@/lib/contracts/sources'
import { ReportCard } from '../cards/report-card'
import { useSourcesReport } from '../data/use-visit-reports'
import type { ReportFilters } from '../filters/use-report-filters'
import { toWindowText } from '../overview/how-texts'
import { SegmentedControl } from '../ui/segmented-control'
import { TableSkeleton } from '../ui/skeleton'
import { DimensionList } from './dimension-list'

const LABELS: Readonly<Record<SourceDimension, { short: string; title: string; unknown: string }>> = {
  channel: { short: 'Channel', title: 'Channel', unknown: 'Not known' },
  referrer: { short: 'Referrer', title: 'Referrer', unknown: 'No referrer' },
  utm_source: { short: 'Source', title: 'Campaign source', unknown: 'No utm_source' },
  utm_medium: { short: 'Medium', title: 'Campaign medium', unknown: 'No utm_medium' },
  utm_campaign: { short: 'Campaign', title: 'Campaign', unknown: 'No utm_campaign' },
}

const CHANNELS =
  'A channel is named by the rules of Google Analytics 4 (Organic Search, Paid Social, Email …) with AI Assistants besides, from the referrer and the utm parameters of a session’s first event, and holds for the whole session. Click ids are not kept: an advertisement is known by its utm_medium.'
const VALUES =
  'The value of each event itself; sessions are counted where they began. A referrer is known by its host, and pages of your own allowed origins are none.'

/** Where people came from: channels, referrers, campaigns. For any page with a filter bar. */
export function SourcesCard({ filters }: { filters: ReportFilters }) {
  const [dimension, setDimension] = useState<SourceDimension>('channel')
  const report = useSourcesReport(filters.query, dimension)
  const { title, unknown } = LABELS[dimension]
  const select = (value: string) => filters.set({ filter: { utm_source: value } })
  return (
    <ReportCard
      id="sources"
      title="Where people come from"
      resource={report}
      action={
        <SegmentedControl
          label="Source by"
          className="max-w-full overflow-x-auto *:shrink-0"
          value={dimension}
          options={SOURCE_DIMENSIONS.map((value) => ({ value, label: LABELS[value].short }))}
          onChange={setDimension}
        />
      }
      how={{
        definition: `${dimension === 'channel' ? CHANNELS : VALUES} People are distinct; somebody who came two ways is counted in both rows. The 100 values with most people.`,
        window: `${toWindowText(filters)} Changes are against the same length of time right before.`,
        sample: 'Every stored row.',
        leftOut: `${filters.bots ? '' : 'Rows marked as bots. '}Rows sent under Global Privacy Control count as events, not as people.`,
      }}
      isEmpty={({ rows }) => rows.length === 0}
      empty={{
        title: 'Nobody came in this period',
        content: <p>Links with utm_source, utm_medium and utm_campaign show here which campaign brought people.</p>,
      }}
      skeleton={<TableSkeleton rows={9} />}
    >
      {({ rows }) => (
        <DimensionList
          key={dimension}
          title={title}
          rows={rows}
          toLabel={(value) => value}
          unknown={unknown}
          compare={filters.compare}
          onSelect={filters.canChange && dimension === 'utm_source' ? select : undefined}
        />
      )}
    </ReportCard>
  )
}
