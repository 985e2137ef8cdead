import { ITEM_LENGTH_MIN, QUEUE_LENGTH_MAX } from './limits'
import type { StorageArea } from './storage-area'

/** The collector's two routes that take what browsers send; the last part of their path. */
export type Lane = 'events' | 'performance'

/** What every queued item has; the rest is as the contracts say. */
export type QueueItem = { id: string; timestamp: number }

/** One item that waits until the collector has confirmed it. */
export type QueueEntry = {
  lane: Lane
  item: QueueItem
  /** The item as JSON when it was put: what happens to its properties afterwards does not change it. */
  frozen: string
  /** Its timestamp already follows the server's clock, so it is never stamped again. */
  isServerTime: boolean
  /** It is on its way by fetch or left by beacon; a beacon need not carry it again. */
  isCarried?: boolean
}

/** What is kept of an entry, and what makes one. */
export type QueuedParts = [lane: Lane, item: QueueItem, isServerTime: boolean]

/** Where entries outlive the page. Both may fail silently: the copy in memory is what gets sent. */
export type QueueStore = {
  keep(entry: QueueEntry): void
  drop(id: string): void
}

const KEY_PREFIX = 'growth.q.'
/** How many items the bound has cost since a collector was told. */
export const DROPPED_KEY = 'growth.lost'

/**
 * Keeps entries in the tab's storage, each under its own key, so that adding one does not rewrite the others. They
 * survive a reload and end with the tab.
 */
export function createTabStore(tab: StorageArea) {
  return {
    keep({ lane, item, isServerTime }: QueueEntry): void {
      try {
        tab[KEY_PREFIX + item.id] = JSON.stringify([lane, item, isServerTime] satisfies QueuedParts)
      } catch {
        // full by now: the copy in memory serves this page
      }
    },
    drop(id: string): void {
      delete tab[KEY_PREFIX + id]
    },
    /** What an earlier page of this tab left behind, oldest first: the keys end in time-ordered ids. */
    readAll: (): QueuedParts[] =>
      Object.keys(tab)
        .filter((key) => key.startsWith(KEY_PREFIX))
        .sort()
        .map((key) => JSON.parse(tab[key] as string)),
  }
}

export type Queue = ReturnType<typeof createQueue>

/**
 * Items in the order they happened, one per id: putting a known id again replaces it. Bounded: when full the oldest page
 * view goes first, else the oldest item; `tab` counts them under `DROPPED_KEY`, so that a reload does not forget a loss.
 */
export function createQueue(tab: StorageArea) {
  const entries = new Map<string, QueueEntry>()
  const queue = {
    /** Where entries are kept; another one takes over when consent changes. */
    store: createTabStore(tab) as QueueStore,
    tab,
    readAll: () => [...entries.values()],

    append(lane: Lane, item: QueueItem, isServerTime: boolean): void {
      const entry = { lane, item, isServerTime, frozen: JSON.stringify(item) }
      entries.set(item.id, entry)
      queue.store.keep(entry)
      const all = queue.readAll()
      if (all.reduce((sum, { frozen }) => sum + Math.max(ITEM_LENGTH_MIN, frozen.length), 0) > QUEUE_LENGTH_MAX) {
        queue.settle(all.find(({ frozen }) => frozen.includes('"$pageview"')) ?? (all[0] as QueueEntry))
        // One more, and one where there is nothing yet.
        tab[DROPPED_KEY] = -~(tab[DROPPED_KEY] as never) as never
      }
    },

    /** Takes an entry out, unless a newer version of it has come in the meantime. */
    settle(entry: QueueEntry): void {
      const { id } = entry.item
      if (entries.get(id) === entry) {
        entries.delete(id)
        queue.store.drop(id)
      }
    },
  }
  return queue
}
