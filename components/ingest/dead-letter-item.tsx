'use client'

import type { DeadLetter } from '@/lib/contracts/dead-letters'
import { formatAge, formatMoment } from '../format/format-time'
import { Badge } from '../ui/badge'
import { Button } from '../ui/button'
import { CodeBlock } from '../ui/code-block'
import { LANE_NAMES, toReasonText, toSqlStateText } from './reason-texts'

type DeadLetterItemProps = {
  letter: DeadLetter
  timezone: string
  isBusy: boolean
  onRetry: () => void
  onDiscard: () => void
}

/** One row the store refused: what it is, why it is here, what it holds, and what can be done with it. */
export function DeadLetterItem({ letter, timezone, isBusy, onRetry, onDiscard }: DeadLetterItemProps) {
  const { id, lane, reason, code, row, createdAtMs, attempts } = letter
  const codeText = toSqlStateText(code)
  return (
    <li className="flex flex-col gap-2 border-line border-b py-3 last:border-b-0">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="flex min-w-0 flex-col gap-1">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <Badge>{LANE_NAMES[lane]}</Badge>
            <span>
              <span className="font-medium">{toReasonText('rejected', reason)}</span>
              {codeText !== null && `: ${codeText}`}
            </span>
            {code !== '' && <code className="font-mono text-ink-soft text-xs">SQLSTATE {code}</code>}
          </p>
          <p className="figures text-ink-faint text-xs">
            <span title={formatMoment(createdAtMs, timezone)}>{formatAge(Date.now() - createdAtMs)} ago</span>
            {attempts > 0 && ` · tried again ${attempts === 1 ? 'once' : `${attempts} times`}`}
            {` · letter ${id}`}
          </p>
        </div>
        <div className="flex gap-1">
          <Button size="small" onClick={onRetry} disabled={isBusy}>
            Retry<span className="sr-only"> letter {id}</span>
          </Button>
          <Button size="small" variant="quiet" className="text-poor" onClick={onDiscard} disabled={isBusy}>
            Discard<span className="sr-only"> letter {id}</span>
          </Button>
        </div>
      </div>
      <details>
        <summary className="w-fit rounded text-[0.8125rem] text-accent">
          Show the row<span className="sr-only"> of letter {id}</span>
        </summary>
        <div className="mt-2">
          <CodeBlock label={`The row of letter ${id}, as the store would have taken it`} code={toJson(row)} />
        </div>
      </details>
    </li>
  )
}

const toJson = (row: unknown): string => JSON.stringify(row, null, 2)
