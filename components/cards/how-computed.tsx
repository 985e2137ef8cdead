'use client'

import Info from 'lucide-react/icons/info'
import X from 'lucide-react/icons/x'
import { Popover } from 'radix-ui'
import type { ReactNode } from 'react'
import type { ReportRequest } from '../data/report-query'
import { Button } from '../ui/button'
import { CodeBlock } from '../ui/code-block'
import { ReportFiles } from './report-files'
import { toCurl } from './to-curl'
import { isReport } from './to-file-name'

/** What makes a figure worth trusting: said in words, each part short. */
export type How = {
  /** What is counted, and when it counts. */
  definition: ReactNode
  /** Over which time, and how it is cut. */
  window?: ReactNode
  /** How many rows, people or navigations the figures rest on. */
  sample?: ReactNode
  /** What does not count: bots, rows under GPC, too few samples. */
  leftOut?: ReactNode
  /** The question itself; where the card reads by `useReportResource` it is known without. */
  request?: ReportRequest
}

type HowComputedProps = {
  title: string
  how: How
  /** Its sign alone, where it stands beside other controls. */
  isShort?: boolean
}

/** A quiet button that tells how a card's figures came about, with the request that repeats them. */
export function HowComputed({ title, how, isShort = false }: HowComputedProps) {
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button
          type="button"
          aria-label={`How computed: ${title}`}
          title="How computed"
          className="-my-1 -mr-1.5 relative inline-flex h-7 min-w-7 shrink-0 items-center justify-center gap-1.5 rounded-control px-1.5 text-ink-faint text-xs transition-colors hover:bg-sunken hover:text-ink"
        >
          <Info aria-hidden="true" className="size-3.5" />
          <span className={isShort ? 'sr-only' : 'max-sm:sr-only'}>How computed</span>
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={16}
          aria-label={`How “${title}” is computed`}
          className="z-40 max-h-(--radix-popover-content-available-height) w-[min(30rem,calc(100vw-2rem))] overflow-y-auto rounded-card border border-line bg-raised p-4 text-[0.8125rem] shadow-popover"
        >
          <div className="mb-3 flex items-center justify-between gap-2">
            <p className="font-semibold">How “{title}” is computed</p>
            <Popover.Close asChild>
              <Button variant="quiet" size="small" aria-label="Close" className="-my-1 -mr-1.5 h-7 px-1.5">
                <X aria-hidden="true" className="size-4" />
              </Button>
            </Popover.Close>
          </div>
          <HowList how={how} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function HowList({ how: { definition, window: span, sample, leftOut, request } }: { how: How }) {
  const parts: readonly [string, ReactNode][] = [
    ['Definition', definition],
    ['Window', span],
    ['Sample', sample],
    ['Left out', leftOut],
  ]
  return (
    <div className="flex flex-col gap-3">
      <dl className="flex flex-col gap-2.5">
        {parts.map(([name, text]) =>
          text === undefined || text === null ? null : (
            <div key={name}>
              <dt className="font-medium text-ink-faint text-xs">{name}</dt>
              <dd>{text}</dd>
            </div>
          ),
        )}
      </dl>
      {request && (
        <CodeBlock label="Repeat it, with a secret key" code={toCurl(request, globalThis.location?.origin ?? '')} />
      )}
      {request && isReport(request) && <ReportFiles request={request} />}
    </div>
  )
}
