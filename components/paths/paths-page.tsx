'use client'

import { useSearchParams } from 'next/navigation'
import { AudienceCard } from '../audience/audience-card'
import { ReportPage } from '../filters/report-page'
import { useReportFilters } from '../filters/use-report-filters'
import { SourcesCard } from '../sources/sources-card'
import { PathControls } from './path-controls'
import { parsePathQuestion } from './path-question'
import { PathsCard } from './paths-card'
import { SessionsCard } from './sessions-card'

/** Which ways people take: from where they come, where they begin, what they do next, where they leave. */
export function PathsPage({ project, timezone }: { project: string; timezone: string }) {
  return (
    <ReportPage
      project={project}
      timezone={timezone}
      title="Paths"
      description="Which ways people take through a session, and where they come from"
    >
      <Cards />
    </ReportPage>
  )
}

function Cards() {
  const filters = useReportFilters()
  const question = parsePathQuestion(useSearchParams() ?? new URLSearchParams())
  return (
    <>
      {filters.canChange && <PathControls question={question} query={filters.query} />}
      <PathsCard question={question} filters={filters} />
      <SessionsCard filters={filters} />
      <div className="grid grid-cols-1 gap-5 lg:grid-cols-2">
        <SourcesCard filters={filters} />
        <AudienceCard filters={filters} />
      </div>
    </>
  )
}
