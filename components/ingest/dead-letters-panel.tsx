'use client'

import { useState } from 'react'
import type { DeadLetterRetryAnswer } from '@/lib/contracts/dead-letters'
import { HowComputed } from '../cards/how-computed'
import { discardDeadLetters, retryDeadLetters } from '../data/ingest'
import { useDeadLetters, useRefreshIngestHealth } from '../data/use-ingest'
import { useSubmit } from '../data/use-submit'
import { formatExactCount } from '../format/format-number'
import { ConfirmDialog } from '../forms/confirm-dialog'
import { SubmitOutcome } from '../forms/submit-outcome'
import { DataPanel } from '../panels/data-panel'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { TableSkeleton } from '../ui/skeleton'
import { DeadLetterItem } from './dead-letter-item'
import { toDeadLettersHow } from './how-texts'

type DeadLettersPanelProps = { project: string; timezone: string }

/** The rows that the store refused, with their content; to be tried again once the cause is mended, or thrown away. */
export function DeadLettersPanel({ project, timezone }: DeadLettersPanelProps) {
  const letters = useDeadLetters(project)
  const refreshHealth = useRefreshIngestHealth()
  const retrying = useSubmit()
  const [outcome, setOutcome] = useState<DeadLetterRetryAnswer | null>(null)
  const [discarding, setDiscarding] = useState<readonly string[] | null>(null)
  const readAgain = () => Promise.all([letters.reload(), refreshHealth()])
  const retry = (ids: readonly string[] | 'all') => {
    setOutcome(null)
    void retrying.submit(async () => {
      setOutcome(await retryDeadLetters(project, ids))
      await readAgain()
    })
  }
  const { items, total } = letters.data ?? { items: [], total: 0 }
  return (
    <DataPanel
      id="dead-letters"
      title="Dead letters"
      description="Rows the database refused for what they hold, scrubbed like any other. Their neighbours were stored, and the sender was told. A row that was stored in the meantime is not stored twice."
      action={
        items.length > 0 && (
          <>
            <Button size="small" onClick={() => retry('all')} disabled={retrying.isSending}>
              {retrying.isSending ? 'Trying…' : 'Retry all'}
            </Button>
            <Button
              size="small"
              variant="danger"
              onClick={() => setDiscarding(items.map(({ id }) => id))}
              disabled={retrying.isSending}
            >
              {items.length < total ? `Discard the ${items.length} shown` : 'Discard all'}
            </Button>
          </>
        )
      }
      how={<HowComputed title="Dead letters" how={toDeadLettersHow()} isShort={items.length > 0} />}
      state={letters}
      onRetry={() => void letters.reload()}
      skeleton={<TableSkeleton rows={3} />}
    >
      {() => (
        <>
          <SubmitOutcome state={{ ...retrying, isDone: false }} done="" />
          {outcome && <RetryOutcome outcome={outcome} />}
          {items.length === 0 ? (
            <p className="text-ink-soft text-sm">None. Everything that was accepted could be stored.</p>
          ) : (
            <ul aria-label="Dead letters" className="-my-3 flex flex-col">
              {items.map((letter) => (
                <DeadLetterItem
                  key={letter.id}
                  letter={letter}
                  timezone={timezone}
                  isBusy={retrying.isSending}
                  onRetry={() => retry([letter.id])}
                  onDiscard={() => setDiscarding([letter.id])}
                />
              ))}
            </ul>
          )}
          {items.length < total && (
            <Button size="small" onClick={letters.readMore} className="self-start" disabled={letters.isRefreshing}>
              Show more of {formatExactCount(total)}
            </Button>
          )}
          {discarding && (
            <ConfirmDialog
              title={discarding.length === 1 ? 'Discard this row?' : `Discard ${discarding.length} rows?`}
              description="It was counted as refused already, and its sender was told. What it holds is gone for good."
              action="Discard"
              onConfirm={async () => {
                await discardDeadLetters(project, discarding)
                setOutcome(null)
                await readAgain()
              }}
              onClose={() => setDiscarding(null)}
            />
          )}
        </>
      )}
    </DataPanel>
  )
}

function RetryOutcome({ outcome: { stored, refused, left } }: { outcome: DeadLetterRetryAnswer }) {
  return (
    <Notice tone={refused === 0 ? 'good' : 'neutral'}>
      {formatExactCount(stored)} stored, {formatExactCount(refused)} refused again, {formatExactCount(left)} left.
      {left > refused && ' Retry once more to go on with the rest.'}
    </Notice>
  )
}
