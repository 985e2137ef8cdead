import { GrowthDashboard } from '@/components/growth-stack/GrowthDashboard'
import type { ShareablePath } from '@/lib/contracts/share'

type SharedReportProps = { path: ShareablePath; project: string; timezone: string }

/** The page of the dashboard that a link shows. */
export function SharedReport({ path, project, timezone }: SharedReportProps) {
  switch (path) {
    default:
      return <GrowthDashboard project={project} timezone={timezone} />
  }
}
