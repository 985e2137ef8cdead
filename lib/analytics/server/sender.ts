import { type BatchOutcome, readAnswer, toPauseMs } from './read-answer'
import type { ServerEntry, ServerQueue } from './server-queue'
import type { VisitorContext } from './visitor-context'

/** What a team may want to know or log; nothing of it is thrown. Never holds a property or a person. */
export type Problem =
  /** The collector could not be reached (`status` null) or asked for patience: everything is kept, the next try comes later. */
  | { reason: 'delayed'; status: number | null; pauseMs: number }
  /** The collector cannot use these items; they are gone. */
  | { reason: 'rejected'; items: readonly { id: string; reason: string }[] }
  /** The collector cannot use the batch, or a single item is too large; it is gone. */
  | { reason: 'refused'; status: number; count: number }
  /** The queue was full; so many items are gone. */
  | { reason: 'dropped'; count: number }
  /** What a call was given cannot be written as JSON. */
  | { reason: 'unsendable' }

export type SenderSettings = {
  /** Base address of the collector, without a slash at the end. */
  endpoint: string
  secretKey: string
  release: string | undefined
  /** Items that make a batch leave at once. */
  batchSize: number
  /** Milliseconds after which a smaller batch leaves. */
  flushInterval: number
  /** Milliseconds after which a request without an answer has failed. */
  timeoutMs: number
  report: (problem: Problem) => void
}

/** Requests at a time; each speaks for one visitor, and waiting for one must not hold up the others. */
const REQUESTS_MAX = 8
/** Most items in a request; and text in UTF-16 units, each at most 3 bytes: what a secret key may send is 5 MiB. */
const BATCH_MAX = 1_000
const BATCH_LENGTH_MAX = 1_000_000

type Timer = ReturnType<typeof setTimeout>

/**
 * Carries the queue to the collector, round by round: up to 8 requests, then the next round when all of them are answered.
 * What nobody has confirmed waits, backs off and is sent again under the same ids and times, so it may arrive twice (the ids
 * tell) but is not lost while the process lives. Timers keep no process alive; `flushOnExit` is for that.
 */
export function createSender(queue: ServerQueue, settings: SenderSettings) {
  let timer: Timer | undefined
  /** Settles with the round under way. */
  let round: Promise<void> | null = null
  let failureCount = 0
  /** No request before this instant, Unix ms. */
  let resumesAtMs = 0
  let batchLengthMax = BATCH_LENGTH_MAX

  const plan = (delayMs: number) => {
    clearTimeout(timer)
    timer = setTimeout(send, delayMs)
    // Node's timers can be told not to keep the process alive; those of the edge need not.
    ;(timer as { unref?: () => void }).unref?.()
  }

  /** Sends now what waits, unless a round is under way, and plans what comes after it. */
  function send(): void {
    clearTimeout(timer)
    timer = undefined
    round ??= runRound().finally(() => {
      round = null
      if (queue.readWaiting() === 0) return
      const pauseMs = resumesAtMs - Date.now()
      if (pauseMs > 0) plan(pauseMs)
      else plan(queue.readWaiting() >= settings.batchSize ? 0 : settings.flushInterval)
    })
  }

  async function runRound(): Promise<void> {
    const batches: ServerEntry[][] = []
    // After a failure one request asks whether the collector is back, before all of them fall upon it.
    const requestsMax = failureCount > 0 ? 1 : REQUESTS_MAX
    while (batches.length < requestsMax) {
      const batch = queue.take(BATCH_MAX, batchLengthMax)
      if (batch.length === 0) break
      batches.push(batch)
    }
    if (batches.length === 0) return
    const outcomes = await Promise.all(batches.map((batch, index) => sendBatch(batch, index === 0)))
    // Back in reverse, each ahead of the others: so the order stays.
    for (const [index, batch] of [...batches.entries()].reverse()) settleBatch(batch, outcomes[index] as BatchOutcome)
    const later = outcomes.filter((outcome) => outcome.kind === 'later')
    if (later.length === 0) {
      failureCount = 0
      resumesAtMs = 0
      return
    }
    failureCount += 1
    const retryAfterMs = Math.max(...later.map((outcome) => outcome.retryAfterMs))
    const pauseMs = toPauseMs(failureCount, retryAfterMs, Math.random())
    resumesAtMs = Date.now() + pauseMs
    settings.report({ reason: 'delayed', status: later[0]?.status ?? null, pauseMs: Math.round(pauseMs) })
  }

  /** The first batch of a round tells what was dropped, and a confirmation of it ends the telling. */
  async function sendBatch(batch: ServerEntry[], tellsDropped: boolean): Promise<BatchOutcome> {
    const dropped = tellsDropped ? queue.readDropped() : 0
    const outcome = await post(batch, dropped).catch(
      // Refused, cut off, or no answer in time.
      (): BatchOutcome => ({ kind: 'later', status: null, retryAfterMs: 0 }),
    )
    if (outcome.kind === 'stored' && dropped > 0) {
      queue.forgetDropped(dropped)
      settings.report({ reason: 'dropped', count: dropped })
    }
    return outcome
  }

  async function post(batch: ServerEntry[], dropped: number): Promise<BatchOutcome> {
    const { hasGpc, hasDnt, ...visitor } = JSON.parse(batch[0]?.visitor ?? '{}') as VisitorContext
    const { release } = settings
    const head = JSON.stringify({ sentAt: Date.now(), context: { ...visitor, release, ...(dropped && { dropped }) } })
    const response = await fetch(`${settings.endpoint}/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${settings.secretKey}`,
        'content-type': 'application/json',
        ...(hasGpc && { 'sec-gpc': '1' }),
        ...(hasDnt && { dnt: '1' }),
      },
      body: `${head.slice(0, -1)},"events":[${batch.map(({ frozen }) => frozen)}]}`,
      // A redirect to a page would be taken for a confirmation of nothing.
      redirect: 'error',
      signal: AbortSignal.timeout(settings.timeoutMs),
    })
    return readAnswer(response)
  }

  function settleBatch(batch: ServerEntry[], outcome: BatchOutcome): void {
    switch (outcome.kind) {
      case 'stored': {
        queue.settle(batch)
        const items = outcome.rejected.map(({ index, reason }) => ({ id: batch[index]?.id ?? '', reason }))
        if (items.length > 0) settings.report({ reason: 'rejected', items })
        return
      }
      case 'later':
        queue.putBack(batch)
        return
      case 'too_large':
        if (batch.length > 1) {
          batchLengthMax = Math.max(1, batchLengthMax >> 1)
          queue.putBack(batch)
          return
        }
        queue.settle(batch)
        settings.report({ reason: 'refused', status: 413, count: 1 })
        return
      case 'refused':
        queue.settle(batch)
        settings.report({ reason: 'refused', status: outcome.status, count: batch.length })
    }
  }

  return {
    /** Something was queued: it leaves at once when a batch is full, else with the next interval. */
    notice(): void {
      if (round || resumesAtMs > Date.now()) return
      if (queue.readWaiting() >= settings.batchSize) send()
      else if (timer === undefined) plan(settings.flushInterval)
    },

    /** Sends until nothing is left or `withinMs` have passed, pauses included; gives how many items nobody has confirmed. */
    async flush(withinMs: number): Promise<number> {
      const endsAtMs = Date.now() + withinMs
      while (queue.readSize() > 0) {
        const pauseMs = Math.max(0, resumesAtMs - Date.now())
        // Not even begun: the collector is left alone for longer than the caller can wait.
        if (Date.now() + pauseMs >= endsAtMs && !round) break
        if (pauseMs > 0 && !round) await new Promise((wake) => setTimeout(wake, pauseMs))
        send()
        const isOver = await settlesWithin(round ?? Promise.resolve(), endsAtMs - Date.now())
        if (!isOver) break
      }
      return queue.readSize()
    },
  }
}

async function settlesWithin(promise: Promise<unknown>, withinMs: number): Promise<boolean> {
  let timer: Timer | undefined
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), Math.max(0, withinMs))
  })
  const isOver = await Promise.race([promise.then(() => true), tooLate])
  clearTimeout(timer)
  return isOver
}
