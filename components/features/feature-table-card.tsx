'use client'

import { ReportCard } from '../cards/report-card'
import { useFeatures } from '../data/activity'
import { useReportFilters } from '../filters/use-report-filters'
import { formatExactCount } from '../format/format-number'
import { CodeBlock } from '../ui/code-block'
import { FeatureTable } from './feature-table'
import { FEATURES_HOW, toLeftOut } from './how-texts'

type FeatureTableCardProps = { selected: string | null; onSelect: (event: string) => void }

/** Which features are used, by how many, and whether they are used again. */
export function FeatureTableCard({ selected, onSelect }: FeatureTableCardProps) {
  const { query, bots, canChange } = useReportFilters()
  const resource = useFeatures(query, null)
  return (
    <ReportCard
      title="Features"
      description={canChange && 'Choose one to see how often it is used, how soon, and by which of its values.'}
      how={(report) => ({
        ...FEATURES_HOW,
        ...(report && { sample: `${formatExactCount(report.activePeople)} active people` }),
        leftOut: toLeftOut(bots),
      })}
      resource={resource}
      isEmpty={({ features }) => features.length === 0}
      empty={{ title: 'No feature was used in this period', content: <NoFeatures /> }}
    >
      {(report) => (
        <FeatureTable
          caption="Features, by people"
          nameLabel="Feature"
          report={report}
          selected={selected}
          onSelect={canChange ? onSelect : undefined}
        />
      )}
    </ReportCard>
  )
}

function NoFeatures() {
  return (
    <>
      <p>Every event that your code names is a feature. Page views and other names that begin with $ are not.</p>
      <CodeBlock label="Record a use" code={`track('recipe_shared', { channel: 'link' })`} />
    </>
  )
}
