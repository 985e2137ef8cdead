import { FeaturesPage } from '@/components/features/features-page'
import { RANGE_DEFAULT } from '@/components/filters/parse-report-filters'
import { FunnelsPage } from '@/components/funnels/funnels-page'
import { GrowthDashboard } from '@/components/growth-stack/GrowthDashboard'
import { PathsPage } from '@/components/paths/paths-page'
import { RetentionPage } from '@/components/retention/retention-page'
import { VitalsPage } from '@/components/vitals/vitals-page'
import type { ShareablePath } from '@/lib/contracts/share'

type SharedReportProps = { path: ShareablePath; project: string; timezone: string }

/** The page of the dashboard that a link shows, without anything that changes something or names people. */
export function SharedReport({ path, ...scope }: SharedReportProps) {
  switch (path) {
    case '/admin':
      return <GrowthDashboard timeRange={RANGE_DEFAULT} {...scope} />
    case '/admin/vitals':
      return <VitalsPage {...scope} />
    case '/admin/funnels':
      return <FunnelsPage {...scope} canManage={false} canReadPeople={false} />
    case '/admin/retention':
      return <RetentionPage {...scope} />
    case '/admin/features':
      return <FeaturesPage {...scope} canReadPeople={false} />
    case '/admin/paths':
      return <PathsPage {...scope} />
  }
}
