'use client'

import Link from 'next/link'
import { useSyncExternalStore } from 'react'

/** A batch that left this page: what it held, when, and how the collector answered (0: the browser does not say). */
type SentBatch = { atMs: number; lane: 'events' | 'performance'; status: number }

const SHOWN_MAX = 4
const RECORDED: readonly [name: string, when: string][] = [
  ['$pageview', 'each page, also without a reload'],
  ['recipes_filtered', 'a filter is set'],
  ['recipe_clicked, recipe_viewed', 'a recipe is opened'],
  ['meal_planned, meal_removed', 'the week changes'],
  ['signed_up', 'the form is sent'],
  ['Recipe Discovery', 'the funnel: list_viewed → recipe_viewed → meal_planned → signed_up'],
  ['LCP, INP, CLS, FCP, TTFB', 'how fast each page felt, and how long a filter took'],
]

/** The demo's look behind the scenes: what is recorded here, and the batches that this page has sent so far. */
export function SentLog() {
  const batches = useSyncExternalStore(subscribe, readBatches, () => NONE)
  return (
    <footer className="mt-8 border-line border-t bg-sunken text-sm">
      <div className="mx-auto grid max-w-6xl gap-x-12 gap-y-6 px-4 py-8 sm:px-6 lg:grid-cols-[1fr_20rem]">
        <section aria-labelledby="recorded">
          <h2 id="recorded" className="font-medium">
            This is a demo, and it is measured
          </h2>
          <p className="mt-1 max-w-prose text-ink-soft leading-relaxed">
            What you click here is on the{' '}
            <Link href="/admin" prefetch={false} className="font-medium text-accent underline underline-offset-4">
              growth dashboard
            </Link>{' '}
            a few seconds later.
          </p>
          <dl className="mt-4 grid gap-x-4 gap-y-1 text-xs sm:grid-cols-[auto_1fr]">
            {RECORDED.map(([name, when]) => (
              <div key={name} className="contents">
                <dt className="font-mono text-ink">{name}</dt>
                <dd className="mb-1 text-ink-soft sm:mb-0">{when}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section aria-labelledby="sent">
          <h2 id="sent" className="font-medium">
            Sent from this page
          </h2>
          {batches.length === 0 ? (
            <p className="mt-1 text-ink-soft">Nothing yet. Batches leave every five seconds.</p>
          ) : (
            <ol className="mt-2 space-y-1 font-mono text-xs">
              {batches.slice(-SHOWN_MAX).map(({ atMs, lane, status }) => (
                <li key={`${lane} ${atMs}`} className="flex justify-between gap-4">
                  <span className="text-ink-soft">{new Date(atMs).toLocaleTimeString()}</span>
                  <span>{lane === 'events' ? 'events' : 'page speed'}</span>
                  <span className={status >= 400 ? 'text-poor' : 'text-good'}>{describeStatus(status)}</span>
                </li>
              ))}
            </ol>
          )}
        </section>
      </div>
    </footer>
  )
}

function describeStatus(status: number): string {
  if (status === 202) return '202 stored'
  return status === 0 ? 'sent' : String(status)
}

const NONE: readonly SentBatch[] = []
let batches = NONE

// The browser keeps a record of every request of the page; nothing in the SDK has to be touched to watch it.
function subscribe(listener: () => void): () => void {
  const observer = new PerformanceObserver((list) => {
    const added = list.getEntries().flatMap((entry) => toBatch(entry as PerformanceResourceTiming) ?? [])
    if (added.length === 0) return
    batches = [...batches, ...added]
    listener()
  })
  batches = NONE
  observer.observe({ type: 'resource', buffered: true })
  return () => observer.disconnect()
}

function readBatches(): readonly SentBatch[] {
  return batches
}

function toBatch({ name, startTime, responseStatus = 0 }: PerformanceResourceTiming): SentBatch | null {
  const lane = /\/api\/analytics\/(events|performance)$/.exec(name)?.[1]
  if (!lane) return null
  return { atMs: performance.timeOrigin + startTime, lane: lane as SentBatch['lane'], status: responseStatus }
}
