'use client'

import { useState } from 'react'
import { AUDIENCE_DIMENSIONS, type AudienceDimension } from '@/lib/contracts/audience'
import { ReportCard } from '../cards/report-card'
import { useAudienceReport } from '../data/use-visit-reports'
import type { ReportFilters } from '../filters/use-report-filters'
import { formatCountry, formatDevice } from '../format/format-dimension'
import { toWindowText } from '../overview/how-texts'
import { DimensionList } from '../sources/dimension-list'
import { SegmentedControl } from '../ui/segmented-control'
import { TableSkeleton } from '../ui/skeleton'

const asIs = (value: string) => value
const LABELS: Readonly<Record<AudienceDimension, { title: string; format: (value: string) => string }>> = {
  country: { title: 'Country', format: formatCountry },
  device: { title: 'Device', format: formatDevice },
  browser: { title: 'Browser', format: asIs },
  os: { title: 'System', format: asIs },
}

/** Where people were and what they used. For any page with a filter bar. */
export function AudienceCard({ filters }: { filters: ReportFilters }) {
  const [dimension, setDimension] = useState<AudienceDimension>('country')
  const report = useAudienceReport(filters.query, dimension)
  const { title, format } = LABELS[dimension]
  const select = (value: string) => filters.set({ filter: { [dimension]: value } })
  return (
    <ReportCard
      id="audience"
      title="Where people are, and what they use"
      resource={report}
      action={
        <SegmentedControl
          label="People by"
          className="max-w-full overflow-x-auto *:shrink-0"
          value={dimension}
          options={AUDIENCE_DIMENSIONS.map((value) => ({ value, label: LABELS[value].title }))}
          onChange={setDimension}
        />
      }
      how={{
        definition:
          'The country comes from the header of your host’s edge or from your GeoIP file, never from an address that is kept; device, browser and system from the user agent, which is not kept either. Sessions are counted where they began. People are distinct; somebody with two devices is counted in both rows. The 100 values with most people.',
        window: `${toWindowText(filters)} Changes are against the same length of time right before.`,
        sample: 'Every stored row.',
        leftOut: `${filters.bots ? '' : 'Rows marked as bots. '}Rows sent under Global Privacy Control count as events, not as people.`,
      }}
      isEmpty={({ rows }) => rows.length === 0}
      empty={{ title: 'Nobody came in this period', content: <p>Choose a longer period, or take out a filter.</p> }}
      skeleton={<TableSkeleton rows={9} />}
    >
      {({ rows }) => (
        <DimensionList
          key={dimension}
          title={title}
          rows={rows}
          toLabel={format}
          unknown="Not known"
          compare={filters.compare}
          onSelect={filters.canChange ? select : undefined}
        />
      )}
    </ReportCard>
  )
}
