'use client'

import { useSearchParams } from 'next/navigation'
import { ReportPage } from '../filters/report-page'
import { useReportScope } from '../filters/report-scope'
import { changeUrlParams } from '../shell/change-url'
import { ActivesCard } from './actives-card'
import { AtRiskCard } from './at-risk-card'
import { ChurnedCard } from './churned-card'
import { FeatureTableCard } from './feature-table-card'
import { FeatureUsageCard } from './feature-usage-card'
import { parseFeaturesUrl } from './features-url'
import { LifecycleCard } from './lifecycle-card'
import { StickinessCard } from './stickiness-card'

export type FeaturesPageProps = {
  project: string
  timezone: string
  /** Whether the viewer may read who people are. */
  canReadPeople: boolean
}

/** How active people are, which features they use, and who leaves. */
export function FeaturesPage({ project, timezone, canReadPeople }: FeaturesPageProps) {
  return (
    <ReportPage
      title="Features"
      description="How active people are, what they use, and who leaves."
      project={project}
      timezone={timezone}
      rangeDefault="30d"
    >
      <FeaturesView canReadPeople={canReadPeople} />
    </ReportPage>
  )
}

function FeaturesView({ canReadPeople }: { canReadPeople: boolean }) {
  const address = (useSearchParams() ?? new URLSearchParams()).toString()
  const { interval, period, feature, property } = parseFeaturesUrl(
    new URLSearchParams(useReportScope()?.fixedSearch ?? address),
  )
  return (
    <>
      <ActivesCard interval={interval} onIntervalChange={(next) => changeUrlParams({ interval: next })} />
      <div className="grid gap-5 xl:grid-cols-2">
        <LifecycleCard interval={interval} />
        <StickinessCard period={period} onPeriodChange={(next) => changeUrlParams({ period: next })} />
      </div>
      <FeatureTableCard onSelect={(next) => changeUrlParams({ feature: next, property: null })} selected={feature} />
      {feature !== null && (
        <FeatureUsageCard
          key={feature}
          feature={feature}
          property={property}
          onPropertyChange={(next) => changeUrlParams({ property: next })}
          onClose={() => changeUrlParams({ feature: null, property: null })}
        />
      )}
      {canReadPeople && (
        <div className="grid gap-5 xl:grid-cols-2">
          <AtRiskCard />
          <ChurnedCard />
        </div>
      )}
    </>
  )
}
