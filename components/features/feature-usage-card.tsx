'use client'

import X from 'lucide-react/icons/x'
import type { FeatureUsage } from '@/lib/contracts/features'
import { toRatio } from '@/lib/core/ratio'
import { ReportCard } from '../cards/report-card'
import { ColumnHistogram } from '../charts/column-histogram'
import { useFeatures, useFeatureUsage } from '../data/activity'
import { useEventProperties } from '../data/funnels'
import { useReportFilters } from '../filters/use-report-filters'
import { formatCount, formatExactCount, formatRatio } from '../format/format-number'
import { formatAge } from '../format/format-time'
import { Figure } from '../panels/figure'
import { Button } from '../ui/button'
import { Select } from '../ui/field'
import { FeatureTable } from './feature-table'
import { FEATURES_HOW, toLeftOut, USAGE_HOW } from './how-texts'

type FeatureUsageCardProps = {
  feature: string
  property: string | null
  onPropertyChange: (property: string | null) => void
  onClose: () => void
}

/** One feature more closely: how often, how soon, and by the values of a property. */
export function FeatureUsageCard({ feature, property, onPropertyChange, onClose }: FeatureUsageCardProps) {
  const { query, bots, project, canChange } = useReportFilters()
  const resource = useFeatureUsage(query, feature)
  const properties = useEventProperties(project, canChange ? feature : '')
  const keys = (properties.data?.items ?? []).map(({ key }) => key)
  return (
    <>
      <ReportCard
        title={feature}
        how={(usage) => ({
          ...USAGE_HOW,
          ...(usage && { sample: `${formatExactCount(usage.people)} people, ${formatExactCount(usage.uses)} uses` }),
          leftOut: toLeftOut(bots),
        })}
        action={
          canChange && (
            <>
              <div className="w-48">
                <Select
                  aria-label="By the values of"
                  value={property ?? ''}
                  onChange={(event) => onPropertyChange(event.target.value || null)}
                >
                  <option value="">by the values of …</option>
                  {[...new Set([...keys, ...(property === null ? [] : [property])])].map((key) => (
                    <option key={key} value={key}>
                      {key}
                    </option>
                  ))}
                </Select>
              </div>
              <Button variant="quiet" size="icon" aria-label={`Close ${feature}`} onClick={onClose}>
                <X aria-hidden="true" className="size-4" />
              </Button>
            </>
          )
        }
        resource={resource}
        isEmpty={({ people }) => people === 0}
        empty={{ title: 'Nobody used it in this period', content: <p>Choose a longer range or take a filter out.</p> }}
      >
        {(usage) => <Usage usage={usage} />}
      </ReportCard>
      {property !== null && <ValuesCard feature={feature} property={property} />}
    </>
  )
}

function Usage({ usage }: { usage: FeatureUsage }) {
  const { people, uses, repeatUsePeople, repeatDayPeople, usesPerPerson, firstUse } = usage
  return (
    <>
      <dl className="flex flex-wrap gap-x-10 gap-y-3">
        <Figure label="People" content={{ value: formatCount(people), exact: formatExactCount(people) }} />
        <Figure label="Uses" content={{ value: formatCount(uses), exact: formatExactCount(uses) }} />
        <Figure label="Used it twice or more" content={{ value: formatRatio(toRatio(repeatUsePeople, people)) }} />
        <Figure label="On two days or more" content={{ value: formatRatio(toRatio(repeatDayPeople, people)) }} />
        <Figure label="First use in this period" content={{ value: formatCount(firstUse.people) }} />
        <Figure
          label="Median time to first use"
          content={{
            value:
              firstUse.medianMs === null ? null : firstUse.medianMs === 0 ? 'at once' : formatAge(firstUse.medianMs),
            absence: 'Nobody began in this period',
          }}
        />
      </dl>
      <div className="grid gap-8 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-3">
          <h3 className="font-medium text-[0.8125rem]">Uses per person</h3>
          <ColumnHistogram
            title="People by number of uses"
            unit="people"
            columns={usesPerPerson.map(({ upTo, people: count }, index) => ({
              label: nameUses(usesPerPerson[index - 1]?.upTo ?? 0, upTo),
              count,
              share: toRatio(count, people),
            }))}
          />
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <h3 className="font-medium text-[0.8125rem]">Time to first use</h3>
          <ColumnHistogram
            title="New users by time from their first event"
            unit="people"
            columns={firstUse.classes.map(({ upToMs, people: count }, index) => ({
              label:
                upToMs === null
                  ? `over ${formatAge(firstUse.classes[index - 1]?.upToMs ?? 0)}`
                  : `≤ ${formatAge(upToMs)}`,
              count,
              share: toRatio(count, firstUse.people),
            }))}
          />
        </div>
      </div>
    </>
  )
}

function nameUses(after: number, upTo: number | null): string {
  if (upTo === null) return `${after + 1}+`
  return after + 1 === upTo ? String(upTo) : `${after + 1}–${upTo}`
}

function ValuesCard({ feature, property }: { feature: string; property: string }) {
  const { query, bots } = useReportFilters()
  const resource = useFeatures(query, { event: feature, property })
  return (
    <ReportCard
      title={`${feature} by ${property}`}
      how={{
        ...FEATURES_HOW,
        definition: `As for features, by the value of ${property} on each event.`,
        leftOut: toLeftOut(bots),
      }}
      resource={resource}
      isEmpty={({ features }) => features.length === 0}
      empty={{ title: 'Nobody used it in this period', content: <p>Choose a longer range or take a filter out.</p> }}
    >
      {(report) => <FeatureTable caption={`Values of ${property}`} nameLabel={property} report={report} />}
    </ReportCard>
  )
}
