import { readText, writeText } from './stored-text'

/** The collector's two routes that take what browsers send; the last part of their path. */
export type Lane = 'events' | 'performance'

/** What every queued item has; the rest is as the contracts say. */
export type QueueItem = { id: string; timestamp: number }

/** One item that waits until the collector has confirmed it. */
export type QueueEntry = {
  lane: Lane
  item: QueueItem
  /** The item as it was when it was put: what happens to its properties afterwards does not change it. */
  json: string
  /** Its timestamp already follows the server's clock, so it is never stamped again. */
  isServerTime: boolean
  /** It is on its way by fetch or left by beacon; a beacon need not carry it again. */
  isCarried?: boolean
}

/** Where entries outlive the page. Each method may fail silently: the copy in memory is what gets sent. */
export type QueueStore = {
  put(entry: QueueEntry): void
  remove(id: string): void
  clear(): void
}

/** Most items kept; about what one request may carry. */
export const QUEUE_ITEMS_MAX = 1_000
/** Most text kept, in UTF-16 units: well under the 5 Mi that browsers give sessionStorage. */
export const QUEUE_LENGTH_MAX = 2 * 1024 * 1024

const KEY_PREFIX = 'growth.q.'

/**
 * Keeps entries in this tab's sessionStorage, each under its own key, so that adding one does not rewrite the others.
 * They survive a reload, and end with the tab.
 */
export const tabStore = {
  put({ item, lane, isServerTime, json }: QueueEntry): void {
    writeText('sessionStorage', KEY_PREFIX + item.id, `${isServerTime ? 1 : 0}${lane} ${json}`)
  },
  remove(id: string): void {
    writeText('sessionStorage', KEY_PREFIX + id, null)
  },
  clear(): void {
    for (const key of readKeys()) writeText('sessionStorage', key, null)
  },
} satisfies QueueStore

function readKeys(): string[] {
  try {
    return Object.keys(sessionStorage).filter((key) => key.startsWith(KEY_PREFIX))
  } catch {
    return [] // storage is forbidden here, so nothing was kept
  }
}

/** What an earlier page of this tab left behind, oldest first: the keys end in time-ordered ids. */
export function readTabEntries(): QueueEntry[] {
  return readKeys()
    .sort()
    .map((key) => {
      const text = readText('sessionStorage', key) as string
      const json = text.slice(text.indexOf(' ') + 1)
      const lane = text.slice(1, text.indexOf(' ')) as Lane
      return { lane, json, item: JSON.parse(json), isServerTime: text[0] === '1' }
    })
}

export type Queue = ReturnType<typeof createQueue>

/**
 * Items in the order they happened, one per id: putting a known id again replaces it. Bounded in number and size; when
 * full the oldest page view goes first, else the oldest item, and `droppedCount` says how many went.
 */
export function createQueue() {
  const entries = new Map<string, QueueEntry>()
  let store: QueueStore = tabStore
  let length = 0
  let droppedCount = 0

  const forget = (entry: QueueEntry) => {
    if (entries.delete(entry.item.id)) length -= entry.json.length
  }

  return {
    size: () => entries.size,
    droppedCount: () => droppedCount,
    list: () => [...entries.values()],

    put(entry: QueueEntry): void {
      const known = entries.get(entry.item.id)
      if (known) forget(known)
      entries.set(entry.item.id, entry)
      length += entry.json.length
      store.put(entry)
      while (entries.size > QUEUE_ITEMS_MAX || length > QUEUE_LENGTH_MAX) {
        const all = this.list()
        const victim = all.find(({ json }) => json.includes('"$pageview"')) ?? (all[0] as QueueEntry)
        droppedCount += 1
        this.remove(victim)
      }
    },

    /** Takes an entry out, unless a newer version of it has come in the meantime. */
    remove(entry: QueueEntry): void {
      if (entries.get(entry.item.id) !== entry) return
      forget(entry)
      store.remove(entry.item.id)
    },

    /** Shifts every timestamp that was not yet on the server's clock, once. */
    restamp(shiftMs: number): void {
      for (const entry of entries.values()) {
        if (entry.isServerTime) continue
        entry.isServerTime = true
        entry.item.timestamp += shiftMs
        // The item's own timestamp comes before anything the page put in.
        entry.json = entry.json.replace(/"timestamp":\d+/, `"timestamp":${entry.item.timestamp}`)
        store.put(entry)
      }
    },

    /** Keeps everything elsewhere from now on. */
    moveTo(next: QueueStore): void {
      const previous = store
      store = next
      for (const entry of entries.values()) next.put(entry)
      previous.clear()
    },

    clear(): void {
      entries.clear()
      length = 0
      store.clear()
    },
  }
}
