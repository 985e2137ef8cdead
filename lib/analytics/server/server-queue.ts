/** One item that waits until the collector has confirmed it. */
export type ServerEntry = {
  id: string
  /** The item as JSON when it happened. */
  frozen: string
  /** Whose it is, as JSON: a request speaks for one visitor only. */
  visitor: string
  isPageView: boolean
}

/** Most items, and most text in UTF-16 units. */
export type QueueBounds = { itemsMax: number; lengthMax: number }

/**
 * Items in the order they happened. Bounded, those that are on their way included: when full the oldest waiting page view
 * goes first, else the oldest waiting item, and `readDropped` counts them.
 */
export function createServerQueue({ itemsMax, lengthMax }: QueueBounds) {
  let waiting = new Map<string, ServerEntry>()
  const pageViewIds = new Set<string>()
  const carried = new Set<ServerEntry>()
  let length = 0
  let droppedCount = 0

  const remove = (entry: ServerEntry) => {
    waiting.delete(entry.id)
    pageViewIds.delete(entry.id)
  }
  const trim = () => {
    while (waiting.size > 0 && (waiting.size + carried.size > itemsMax || length > lengthMax)) {
      const id = pageViewIds.values().next().value ?? waiting.keys().next().value
      const oldest = waiting.get(id as string) as ServerEntry
      remove(oldest)
      length -= oldest.frozen.length
      droppedCount += 1
    }
  }

  return {
    /** How many items no collector has confirmed, those on their way included. */
    readSize: (): number => waiting.size + carried.size,
    /** How many items wait to be taken. */
    readWaiting: (): number => waiting.size,
    readDropped: (): number => droppedCount,
    /** The collector knows of so many dropped items. */
    forgetDropped: (count: number): void => {
      droppedCount -= count
    },

    append(entry: ServerEntry): void {
      waiting.set(entry.id, entry)
      if (entry.isPageView) pageViewIds.add(entry.id)
      length += entry.frozen.length
      trim()
    },

    /** Takes the oldest item out, and of the same visitor as many as fit; empty when nothing waits. */
    take(batchMax: number, batchLengthMax: number): ServerEntry[] {
      const taken: ServerEntry[] = []
      let takenLength = 0
      for (const entry of waiting.values()) {
        if (entry.visitor !== (taken[0] ?? entry).visitor) continue
        takenLength += entry.frozen.length
        if (taken.length === batchMax || (taken.length > 0 && takenLength > batchLengthMax)) break
        taken.push(entry)
      }
      for (const entry of taken) {
        remove(entry)
        carried.add(entry)
      }
      return taken
    },

    /** The collector has answered for these: they are gone. */
    settle(entries: readonly ServerEntry[]): void {
      for (const entry of entries) if (carried.delete(entry)) length -= entry.frozen.length
    },

    /** Nobody has answered for these: they wait again, ahead of all others. */
    putBack(entries: readonly ServerEntry[]): void {
      for (const entry of entries) carried.delete(entry)
      waiting = new Map([...entries.map((entry) => [entry.id, entry] as const), ...waiting])
      const newerIds = [...pageViewIds]
      pageViewIds.clear()
      for (const { id, isPageView } of entries) if (isPageView) pageViewIds.add(id)
      for (const id of newerIds) pageViewIds.add(id)
      trim()
    },
  }
}

export type ServerQueue = ReturnType<typeof createServerQueue>
