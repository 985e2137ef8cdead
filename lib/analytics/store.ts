import type { QueuedParts, QueueEntry, QueueStore } from './queue'
import { openArea } from './storage-area'

/** How long an entry belongs to the tab that wrote or took it, unless that tab says otherwise. */
export const LEASE_MS = 60_000

/** Older items would be refused as too old (DESIGN §6). */
const AGE_MS_MAX = 7 * 86_400_000

/** Under which a tab keeps the id by which it knows its own leases. */
export const TAB_KEY = 'growth.tab'

type KeptEntry = Pick<QueueEntry, 'lane' | 'item' | 'isServerTime'>
type StoredEntry = { id: string; parts: QueuedParts; tab: string; leaseUntilMs: number }

/** The IndexedDB database of the durable store. */
export const DATABASE_NAME = 'growth'

/** A place that outlives the tab. */
export type DurableStore = QueueStore & {
  /** Takes over what earlier or closed tabs left, oldest first. */
  adopt(): Promise<QueuedParts[]>
}

function settle<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/**
 * Opens the store that survives reloads, closed tabs and days. Each entry is leased to one tab at a time: taking over
 * is one read-write transaction, which IndexedDB runs alone, so two tabs never take the same entry. A tab renews the
 * lease of what it holds while it lives; after a reload it knows its own entries by the id in its sessionStorage.
 * Rejects where there is no IndexedDB.
 */
export async function openStore(): Promise<DurableStore> {
  const opening = indexedDB.open(DATABASE_NAME, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore('queue', { keyPath: 'id' })
  const database = await settle(opening)
  // Another version of the page wants to upgrade: let it, and keep what this one holds in memory.
  database.onversionchange = () => database.close()

  const area = openArea('sessionStorage')
  const tab = area[TAB_KEY] ?? crypto.getRandomValues(new Uint32Array(2)).join('')
  area[TAB_KEY] = tab
  const held = new Map<string, KeptEntry>()

  const write = (run: (store: IDBObjectStore) => void) => {
    try {
      const transaction = database.transaction('queue', 'readwrite', { durability: 'relaxed' })
      run(transaction.objectStore('queue'))
      // Said aloud, since a page that is being closed does not live to the transaction's own end.
      transaction.commit()
    } catch {
      // Closed or full: the entry stays in memory and is sent from there.
    }
  }
  const toStored = ({ lane, item, isServerTime }: KeptEntry, leaseUntilMs: number): StoredEntry => ({
    id: item.id,
    parts: [lane, item, isServerTime],
    tab,
    leaseUntilMs,
  })

  setInterval(() => {
    if (held.size === 0) return
    write((store) => {
      for (const entry of held.values()) store.put(toStored(entry, Date.now() + LEASE_MS))
    })
  }, LEASE_MS / 2)

  return {
    keep(entry) {
      held.set(entry.item.id, entry)
      write((store) => store.put(toStored(entry, Date.now() + LEASE_MS)))
    },
    drop(id) {
      held.delete(id)
      write((store) => store.delete(id))
    },
    async adopt() {
      const store = database.transaction('queue', 'readwrite').objectStore('queue')
      const nowMs = Date.now()
      const taken: QueuedParts[] = []
      for (const stored of (await settle(store.getAll())) as StoredEntry[]) {
        if (held.has(stored.id) || (stored.tab !== tab && stored.leaseUntilMs > nowMs)) continue
        if (nowMs - stored.parts[1].timestamp > AGE_MS_MAX) {
          store.delete(stored.id)
          continue
        }
        const [lane, item, isServerTime] = stored.parts
        held.set(stored.id, { lane, item, isServerTime })
        store.put(toStored({ lane, item, isServerTime }, nowMs + LEASE_MS))
        taken.push(stored.parts)
      }
      return taken
    },
  }
}
