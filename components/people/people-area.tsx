'use client'

import { useSearchParams } from 'next/navigation'
import { ReportPage } from '../filters/report-page'
import { useReportFilters } from '../filters/use-report-filters'
import { changeUrl } from '../shell/change-url'
import { PageHeader } from '../shell/page-header'
import { SegmentedControl } from '../ui/segmented-control'
import { PeoplePage, type PeoplePageProps } from './people-page'
import { PersonListCard } from './person-list-card'
import { SessionListCard } from './session-list-card'

const TABS = [
  { value: 'active', label: 'People' },
  { value: 'sessions', label: 'Sessions' },
  { value: 'rights', label: 'Find, export, erase' },
] as const
type Tab = (typeof TABS)[number]['value']

/** People one by one: who was there, what their sessions were, and their rights. For admins. */
export function PeopleArea(props: PeoplePageProps) {
  const search = useSearchParams()
  const tab = TABS.find(({ value }) => value === search?.get('tab'))?.value ?? 'active'
  const tabs = (
    <SegmentedControl<Tab>
      label="People"
      className="max-w-full overflow-x-auto *:shrink-0"
      value={tab}
      options={TABS}
      onChange={(next) => changeUrl('tab', next === 'active' ? null : next)}
    />
  )
  if (tab === 'rights') {
    return (
      <div className="flex flex-col gap-5">
        <PageHeader
          title="People"
          note="All that is stored"
          description="What is stored of one person: to look up, take along, erase, and prove."
        />
        <div>{tabs}</div>
        <div className="flex max-w-4xl flex-col gap-5">
          <PeoplePage {...props} />
        </div>
      </div>
    )
  }
  return (
    <ReportPage
      project={props.project}
      timezone={props.timezone}
      title="People"
      description={tab === 'active' ? 'Who was there, and what they did' : 'Visits one by one'}
    >
      {/* below the bar: it holds across the tabs that have one */}
      <div>{tabs}</div>
      <Lists tab={tab} />
    </ReportPage>
  )
}

function Lists({ tab }: { tab: 'active' | 'sessions' }) {
  const filters = useReportFilters()
  return tab === 'active' ? <PersonListCard filters={filters} /> : <SessionListCard filters={filters} />
}
