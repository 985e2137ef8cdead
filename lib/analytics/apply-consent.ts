import { clearIdentity } from './identity'
import { createTabStore, DROPPED_KEY, type Queue, type QueuedParts, type QueueStore } from './queue'
import type { StorageArea } from './storage-area'
import { DATABASE_NAME, LEASE_MS, openStore, TAB_KEY } from './store'
import type { ClientSettings } from './transport'

/** What a change of consent acts on. */
export type ConsentScope = {
  settings: ClientSettings
  /** Nothing may be kept: consent was denied, or the visitor opted out. */
  isSilent: boolean
  device: StorageArea
  queue: Queue
  /** Queues what another page left. */
  adopt: (found: QueuedParts[]) => void
}

function moveQueue(queue: Queue, next: QueueStore): void {
  for (const entry of queue.readAll()) {
    queue.store.drop(entry.item.id)
    next.keep(entry)
  }
  queue.store = next
}

/**
 * Makes what is kept in the browser agree with what the visitor allows: nothing when silent, nothing beyond the tab
 * when anonymous or under a privacy signal, the durable store when full. Repeated at each load, so that a withdrawal that could not be carried
 * out (the page was closed) is made up for. Never rejects: without IndexedDB the tab's storage stays in use.
 */
export async function applyConsent(scope: ConsentScope): Promise<void> {
  const { settings, isSilent, device, queue, adopt } = scope
  const isDurable = settings.consent === 'full' && !isSilent && !settings.isPrivate
  if (isSilent || settings.isPrivate) clearIdentity(queue.tab)
  if (!isDurable) clearIdentity(device)
  if (!isDurable) delete queue.tab[TAB_KEY]
  if (isSilent) {
    for (const entry of queue.readAll()) queue.settle(entry)
    delete queue.tab[DROPPED_KEY]
  }
  try {
    if (isDurable) {
      const store = await openStore()
      moveQueue(queue, store)
      adopt(await store.adopt())
      // A tab that was closed a moment ago still holds the lease of what it left.
      setInterval(async () => {
        if (queue.store === store) adopt(await store.adopt())
      }, LEASE_MS)
    } else {
      moveQueue(queue, createTabStore(queue.tab))
      // Also what an earlier visit kept with full consent, which this page may never have opened.
      indexedDB.deleteDatabase(DATABASE_NAME)
    }
  } catch {
    // No IndexedDB here, as in private windows of some browsers.
  }
}
