import { randomUUID } from 'node:crypto'
import type { CollectAnswer } from '@/lib/contracts/collect-answer'

/** What is known of an item: promised with a 202, held outside the store with a 202, or neither. */
export type ItemState = 'acknowledged' | 'spilled' | 'unanswered'

type Item = { id: string; timestamp: number; type: 'event' | 'conversion'; userId: string } & (
  | { type: 'event'; event: string }
  | { type: 'conversion'; funnel: string; step: string }
)
type Batch = { events: Item[] }

/** An answer with 202, or why there is none: its status and whether it said when to come back, or no answer at all. */
export type SendOutcome =
  | { status: 202; answer: CollectAnswer; spilled: number }
  | { status: number; hasRetryAfter: boolean }
  | { status: 'gone' }

/** Where a batch goes: the address of the product, or of what stands in front of it, and a secret key. */
export type Target = { url: string; secretKey: string }

/**
 * Servers that send batches and send each again, byte by byte, until it is answered with 202; and what became of every item.
 * The load ends, and what waits for it rejects, at the first answer that none may be: a status other than 202 or 503, a 503
 * without Retry-After, one that leaves an item out of its sums.
 */
export type Load = {
  /** Every item ever made, by id. */
  readonly items: ReadonlyMap<string, ItemState>
  /** How many answers of each status came, and how many attempts got none (`gone`). */
  readonly outcomes: ReadonlyMap<number | 'gone', number>
  /** Items of all answers, summed. */
  readonly sums: Readonly<Record<'accepted' | 'duplicates' | 'spilled', number>>
  /** Settles as soon as `isReached` holds, asked after each attempt of any client. Rejects when the load ends before. */
  until(isReached: (load: Load) => boolean): Promise<void>
  /** Makes no new batch, and settles when each one was answered with 202. */
  finish(): Promise<void>
  /** Ends at once, with whatever is unanswered. */
  abandon(): Promise<void>
}

const BATCH_SIZE = 10
/** A client that was not answered comes back much sooner than any SDK would, but not in a busy loop. */
const RETRY_PAUSE_MS = 25

/** Sends from `clientCount` clients at once, each one batch after the other, to the targets in turn. */
export function startLoad(targets: readonly Target[], clientCount: number): Load {
  const items = new Map<string, ItemState>()
  const outcomes = new Map<number | 'gone', number>()
  const sums = { accepted: 0, duplicates: 0, spilled: 0 }
  const waiting = new Set<() => void>()
  let phase: 'running' | 'finishing' | 'abandoned' = 'running'
  let turn = 0

  async function runClient(name: string): Promise<void> {
    while (phase === 'running') {
      const batch = createBatch(name)
      for (const { id } of batch.events) items.set(id, 'unanswered')
      while (phase !== ('abandoned' as typeof phase) && !(await attempt(batch))) {
        await new Promise((wake) => setTimeout(wake, RETRY_PAUSE_MS))
      }
    }
  }

  async function attempt(batch: Batch): Promise<boolean> {
    const outcome = await sendBatch(targets[turn++ % targets.length] as Target, batch)
    const fault = findFault(outcome, batch.events.length)
    if (fault !== null) {
      phase = 'abandoned'
      throw new Error(`The load met ${fault}.`)
    }
    outcomes.set(outcome.status, (outcomes.get(outcome.status) ?? 0) + 1)
    if ('answer' in outcome) {
      sums.accepted += outcome.answer.accepted
      sums.duplicates += outcome.answer.duplicates
      sums.spilled += outcome.spilled
      for (const { id } of batch.events) items.set(id, outcome.spilled > 0 ? 'spilled' : 'acknowledged')
    }
    for (const check of waiting) check()
    return outcome.status === 202
  }

  const clients = Promise.all(Array.from({ length: clientCount }, (_, index) => runClient(`client-${index}`)))
  clients.catch(() => {}) // told to whoever waits for it next
  const load: Load = {
    items,
    outcomes,
    sums,
    until(isReached) {
      return new Promise((resolve, reject) => {
        const check = () => {
          if (!isReached(load)) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
        clients.then(() => reject(new Error(`The load ended before: ${JSON.stringify([...outcomes])}`)), reject)
      })
    },
    async finish() {
      if (phase === 'running') phase = 'finishing'
      await clients
    },
    async abandon() {
      phase = 'abandoned'
      await clients.catch(() => {}) // the test has heard of it, or failed for another reason
    },
  }
  return load
}

/** What is wrong with an outcome, if anything: being refused for now, or not answered at all, is not. */
function findFault(outcome: SendOutcome, itemCount: number): string | null {
  if ('answer' in outcome) {
    const { answer } = outcome
    const isComplete = answer.accepted + answer.duplicates === itemCount
    return isComplete ? null : `an answer to ${itemCount} items of ${JSON.stringify(answer)}`
  }
  if (!('hasRetryAfter' in outcome)) return null
  if (outcome.status !== 503) return `status ${outcome.status}`
  return outcome.hasRetryAfter ? null : 'a 503 without Retry-After'
}

/** How many attempts ended with that status so far. */
export function countOutcomes(load: Load, status: number | 'gone'): number {
  return load.outcomes.get(status) ?? 0
}

/** Sends one batch with the secret key, once. */
export async function sendBatch({ url, secretKey }: Target, batch: { events: object[] }): Promise<SendOutcome> {
  try {
    const response = await fetch(`${url}/api/analytics/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(batch),
    })
    if (response.status !== 202) {
      await response.arrayBuffer()
      return { status: response.status, hasRetryAfter: response.headers.has('retry-after') }
    }
    const { data, meta } = (await response.json()) as { data: CollectAnswer; meta?: { spilled?: number } }
    return { status: 202, answer: data, spilled: meta?.spilled ?? 0 }
  } catch {
    return { status: 'gone' } // refused connection or an answer cut short: whether it was stored is not known
  }
}

/** Nine events and a conversion of one of twenty users, so that profiles and counts are moved by many clients at once. */
function createBatch(client: string): Batch {
  const shared = () => ({ id: randomUUID(), timestamp: Date.now(), userId: `user-${Math.floor(Math.random() * 20)}` })
  const events = Array.from({ length: BATCH_SIZE - 1 }, () => ({ ...shared(), type: 'event' as const, event: client }))
  return { events: [...events, { ...shared(), type: 'conversion' as const, funnel: 'bakery', step: client }] }
}
