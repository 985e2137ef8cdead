'use client'

import type { IngestHealth } from '@/lib/contracts/ingest-health'
import { HowComputed } from '../cards/how-computed'
import type { ResourceState } from '../data/use-resource'
import { formatCount, formatExactCount } from '../format/format-number'
import { formatAge } from '../format/format-time'
import { DataPanel } from '../panels/data-panel'
import { ExplainedFigure } from './explained-figure'
import { toWaitingHow } from './how-texts'

/** What is held back at this moment, in memory, in Redis and for a person's decision. */
export function WaitingPanel({ project, state }: { project: string; state: ResourceState<IngestHealth> }) {
  return (
    <DataPanel
      id="waiting"
      title="What waits now"
      description="Nothing of it is lost. Rows in Redis go to the database by themselves; dead letters wait for a decision."
      how={<HowComputed title="What waits now" how={toWaitingHow(project)} />}
      state={state}
      onRetry={() => void state.reload()}
      skeleton={<WaitingFigures />}
    >
      {(health) => <WaitingFigures health={health} />}
    </DataPanel>
  )
}

function WaitingFigures({ health }: { health?: IngestHealth }) {
  const { heldBack, queue } = health ?? {}
  const counted = (count: number | null | undefined) =>
    typeof count === 'number' ? { value: formatCount(count), exact: formatExactCount(count) } : { value: count }
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-5 lg:grid-cols-4">
      <ExplainedFigure
        label="Rows in memory"
        help="On their way to the database, over all processes of the last two minutes."
        absence="No process has said so in the last two minutes."
        {...counted(queue?.rows)}
      />
      <ExplainedFigure
        label="Rows in Redis"
        help="Accepted while the database was away; of the whole install."
        absence="No Redis is set up, or it does not answer; without one, senders keep what the database cannot take."
        {...counted(heldBack?.spilled)}
      />
      <ExplainedFigure
        label="Oldest in Redis"
        help="Since it was accepted."
        absence="Nothing waits in Redis."
        value={heldBack && (heldBack.oldestMs === null ? null : formatAge(Date.now() - heldBack.oldestMs))}
      />
      <ExplainedFigure
        label="Dead letters"
        help="Rows the database refused for what they hold."
        {...counted(heldBack?.deadLetters)}
      />
    </dl>
  )
}
