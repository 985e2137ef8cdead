'use client'

import { useSearchParams } from 'next/navigation'
import { useIngestHealth } from '../data/use-ingest'
import { changeUrl } from '../shell/change-url'
import { PageHeader } from '../shell/page-header'
import { Notice } from '../ui/notice'
import { SegmentedControl } from '../ui/segmented-control'
import { ArrivalsPanel } from './arrivals-panel'
import { BotsPanel } from './bots-panel'
import { DeadLettersPanel } from './dead-letters-panel'
import { HEALTH_SPANS, parseIngestUrl } from './parse-ingest-url'
import { WaitingPanel } from './waiting-panel'

const REFRESH_INTERVAL_MS = 10_000

export type IngestPageProps = {
  project: string
  timezone: string
  /** Whether the viewer may see and settle what was refused. */
  isAdmin: boolean
}

/** What became of everything that was sent to a project. Refreshes itself; the span lives in the address. */
export function IngestPage({ project, timezone, isAdmin }: IngestPageProps) {
  const { span, botRange } = parseIngestUrl(useSearchParams() ?? new URLSearchParams())
  const health = useIngestHealth(project, span.minutes, { refreshIntervalMs: REFRESH_INTERVAL_MS })
  return (
    <div className="flex flex-col gap-5">
      <PageHeader
        title="Ingestion"
        note={timezone}
        description="What became of everything that was sent: stored, refused, held back, or marked as a bot’s."
        action={
          <SegmentedControl
            label="Time range"
            value={span.value}
            options={HEALTH_SPANS}
            onChange={(value) => changeUrl('span', value)}
          />
        }
      />
      <WaitingPanel project={project} state={health} />
      <ArrivalsPanel project={project} state={health} timezone={timezone} span={span} />
      {isAdmin ? (
        <DeadLettersPanel project={project} timezone={timezone} />
      ) : (
        <Notice>Only admins of this project can read dead letters, try them again, or count bots as people.</Notice>
      )}
      <BotsPanel
        project={project}
        timezone={timezone}
        range={botRange}
        onRangeChange={(range) => changeUrl('bots', range)}
        canRestore={isAdmin}
      />
    </div>
  )
}
