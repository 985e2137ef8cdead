import { randomUUID } from 'node:crypto'
import type { CollectAnswer } from '@/lib/contracts/collect-answer'
import type { Product } from '../support/product'

const BATCH_SIZE = 10

export type Batch = { events: { id: string; type: 'event'; event: string; timestamp: number }[] }

/** Servers that keep sending batches with ids of their own, and remember what became of each. */
export type Traffic = {
  /** Answered with 202: the product has promised to keep these. */
  readonly acknowledged: Batch[]
  /** Not answered, or answered with an error: they may be there or not. */
  readonly uncertain: Batch[]
  /** Settles as soon as so many batches have been acknowledged. */
  untilAcknowledged(batchCount: number): Promise<void>
  /** Ends all clients once their last request has ended. */
  stop(): Promise<void>
}

/** Sends from `clientCount` clients at once, each one batch after the other, until stopped or refused a connection. */
export function startTraffic(product: Product, clientCount: number): Traffic {
  const acknowledged: Batch[] = []
  const uncertain: Batch[] = []
  const waiting: { batchCount: number; resolve: () => void }[] = []
  let isStopped = false

  async function runClient(name: string): Promise<void> {
    while (!isStopped) {
      const batch = createBatch(name)
      const answer = await sendBatch(product, batch)
      if (answer === 'gone') {
        uncertain.push(batch)
        return
      }
      if (answer === 'refused' || answer.accepted !== batch.events.length) uncertain.push(batch)
      else acknowledged.push(batch)
      for (const waiter of waiting) if (acknowledged.length >= waiter.batchCount) waiter.resolve()
    }
  }
  const clients = Array.from({ length: clientCount }, (_, index) => runClient(`client-${index}`))
  return {
    acknowledged,
    uncertain,
    async untilAcknowledged(batchCount) {
      const reached = new Promise<void>((resolve) => waiting.push({ batchCount, resolve }))
      const ended = Promise.all(clients).then(() => {
        throw new Error(`All clients ended after ${acknowledged.length} acknowledged batches.`)
      })
      await Promise.race([reached, ended])
    },
    async stop() {
      isStopped = true
      await Promise.all(clients)
    },
  }
}

/** Sends one batch with the secret key. `gone`: there was no answer; `refused`: there was one, but not 202. */
export async function sendBatch(product: Product, batch: Batch): Promise<CollectAnswer | 'gone' | 'refused'> {
  try {
    const response = await fetch(`${product.url}/api/analytics/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${product.secretKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(batch),
    })
    if (response.status !== 202) return 'refused'
    return ((await response.json()) as { data: CollectAnswer }).data
  } catch {
    return 'gone' // refused connection or an answer cut short: whether it was stored is not known
  }
}

/** How many events the product counts, by its own report. */
export async function readEventCount(product: Product): Promise<number> {
  const response = await fetch(`${product.url}/api/analytics/events?range=24h&bots=true`, {
    headers: { authorization: `Bearer ${product.secretKey}` },
  })
  if (!response.ok) throw new Error(`The report answered ${response.status}: ${await response.text()}`)
  return ((await response.json()) as { data: { totals: { events: number } } }).data.totals.events
}

function createBatch(client: string): Batch {
  const timestamp = Date.now()
  return {
    events: Array.from({ length: BATCH_SIZE }, () => ({ id: randomUUID(), type: 'event', event: client, timestamp })),
  }
}
