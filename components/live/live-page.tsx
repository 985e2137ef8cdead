'use client'

import Pause from 'lucide-react/icons/pause'
import Play from 'lucide-react/icons/play'
import { useState } from 'react'
import { LIVE_WINDOW_MS, type LiveReport } from '@/lib/contracts/live'
import { MINUTE_MS } from '@/lib/core/time-range'
import { HowComputed } from '../cards/how-computed'
import { TimeSeriesChart } from '../charts/time-series-chart'
import { useLive } from '../data/use-live'
import { formatCountry } from '../format/format-dimension'
import { formatExactCount } from '../format/format-number'
import { DataPanel } from '../panels/data-panel'
import { Figure } from '../panels/figure'
import { RankedList } from '../panels/ranked-table'
import { PageHeader } from '../shell/page-header'
import { Button } from '../ui/button'
import { Card } from '../ui/card'
import { Skeleton, TableSkeleton } from '../ui/skeleton'
import { LiveStream } from './live-stream'

const MINUTES = LIVE_WINDOW_MS / MINUTE_MS

/** What happens right now: who is there, where, and events as they arrive. */
export function LivePage({ project, timezone }: { project: string; timezone: string }) {
  const [isPaused, setIsPaused] = useState(false)
  const live = useLive(project, isPaused)
  const state = { ...live, isRefreshing: false }
  const retry = () => void live.reload()
  const how = (definition: string) => ({
    definition,
    window: `The last ${MINUTES} minutes by the events’ own time, asked again every two seconds while this page is seen.`,
    leftOut:
      'Rows marked as bots. Rows sent under Global Privacy Control are counted as events and shown nowhere one by one.',
    request: { method: 'GET', path: '/api/analytics/live', query: { project } } as const,
  })
  return (
    <div className="flex flex-col gap-5">
      <PageHeader
        title="Live"
        note={`The last ${MINUTES} minutes · ${timezone}`}
        description="Who is here and what they do, as it arrives. Everybody is shown: filters and ranges of other pages do not apply."
        action={
          <Button
            size="small"
            className="h-8.5"
            variant={isPaused ? 'chosen' : 'secondary'}
            onClick={() => setIsPaused(!isPaused)}
          >
            {isPaused ? (
              <Play aria-hidden="true" className="size-4" />
            ) : (
              <Pause aria-hidden="true" className="size-4" />
            )}
            {isPaused ? 'Go on' : 'Pause'}
          </Button>
        }
      />
      <div className="grid grid-cols-1 gap-5 lg:grid-cols-[17rem_minmax(0,1fr)]">
        <OnlineCard data={live.data} />
        <DataPanel
          id="minutes"
          title="Events per minute"
          how={
            <HowComputed
              title="Events per minute"
              how={how('All events of each minute; the last one is not over yet.')}
            />
          }
          state={state}
          onRetry={retry}
          skeleton={<Skeleton className="h-44" />}
        >
          {(data) => <MinutesChart data={data} timezone={timezone} />}
        </DataPanel>
      </div>
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <DataPanel
          id="stream"
          title="Events as they arrive"
          how={
            <HowComputed
              title="Events as they arrive"
              how={how(
                'Events in the order in which they were stored, the latest first; this page keeps 200. They name nobody.',
              )}
            />
          }
          state={{ ...state, data: live.data && live.events }}
          onRetry={retry}
          isEmpty={(events) => events.length === 0}
          empty={{
            title: 'Nothing has arrived in the last half hour',
            content: <p>Open a page of your product: its page view is here two seconds later.</p>,
          }}
          skeleton={<TableSkeleton rows={10} />}
        >
          {(events) => <LiveStream events={events} timezone={timezone} />}
        </DataPanel>
        <div className="flex min-w-0 flex-col gap-5">
          <DataPanel
            id="pages"
            title="Pages"
            how={
              <HowComputed
                title="Pages"
                how={how('Page views by the pattern of their route, and the distinct people who saw each.')}
              />
            }
            state={state}
            onRetry={retry}
            isEmpty={({ pages }) => pages.length === 0}
            empty={{
              title: 'Nobody looks at a page',
              content: <p>Page views come with the script tag and GrowthProvider.</p>,
            }}
            skeleton={<TableSkeleton rows={6} />}
          >
            {({ pages }) => (
              <RankedList
                title="Pages"
                nameLabel="Page"
                countLabel="Views"
                rows={pages.map(({ route, ...row }) => ({ name: route, ...row }))}
              />
            )}
          </DataPanel>
          <DataPanel
            id="countries"
            title="Countries"
            how={
              <HowComputed
                title="Countries"
                how={how('Distinct people by the country that the edge or the GeoIP file named.')}
              />
            }
            state={state}
            onRetry={retry}
            isEmpty={({ countries }) => countries.length === 0}
            empty={{ title: 'Nobody is here', content: <p>Countries show as soon as somebody does something.</p> }}
            skeleton={<TableSkeleton rows={4} />}
          >
            {({ countries }) => <CountryList countries={countries} />}
          </DataPanel>
        </div>
      </div>
    </div>
  )
}

function OnlineCard({ data }: { data: LiveReport | undefined }) {
  return (
    <Card className="p-4 sm:p-6">
      <dl className="grid grid-cols-2 gap-5 lg:grid-cols-1">
        <Figure
          isLarge
          label="Online now"
          {...(data && { content: { value: formatExactCount(data.online), note: 'in the last 5 minutes' } })}
        />
        <Figure
          isLarge
          label={`People in ${MINUTES} minutes`}
          {...(data && {
            content: {
              value: formatExactCount(data.people),
              note: `${formatExactCount(data.minutes.reduce((sum, { events }) => sum + events, 0))} events`,
            },
          })}
        />
      </dl>
    </Card>
  )
}

function MinutesChart({ data, timezone }: { data: LiveReport; timezone: string }) {
  return (
    <TimeSeriesChart
      title="Events"
      unit="per minute"
      formatValue={formatExactCount}
      isCount
      buckets={{
        startsMs: data.minutes.map(({ startMs }) => startMs),
        coverage: data.minutes.map((_, index) => (index === data.minutes.length - 1 ? 'partial' : 'whole')),
        bucket: 'minute',
        timezone,
      }}
      series={[
        { key: 'events', label: 'Events', form: 'bars', color: 1, values: data.minutes.map(({ events }) => events) },
      ]}
    />
  )
}

function CountryList({ countries }: { countries: LiveReport['countries'] }) {
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-2 text-[0.8125rem]">
      {countries.map(({ country, people }) => (
        <li key={country ?? ''} className="flex items-baseline gap-1.5">
          <span className={country === null ? 'text-ink-soft italic' : 'font-medium'}>
            {country === null ? 'Not known' : formatCountry(country)}
          </span>
          <span className="figures text-ink-soft">{formatExactCount(people)}</span>
        </li>
      ))}
    </ul>
  )
}
