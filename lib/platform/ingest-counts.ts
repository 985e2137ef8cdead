import { toBucket } from '../core/log-histogram'

/** What one process saw of one project's ingestion in one minute; all figures count from the minute's start. */
export type IngestMinute = {
  /** 0 for what could be tied to no project, such as an unknown key. */
  projectId: number
  /** Unix ms of the minute's start. */
  minuteMs: number
  /** By name: how many. */
  counts: Record<string, number>
  /** From the moment an event happened to its commit, in ms; by bucket of `toBucket`. */
  lagMs: Record<string, number>
  /** Rows of one transaction; by bucket. */
  batchRows: Record<string, number>
}

const MINUTE_MS = 60_000
/** Minutes held at most, when they cannot be written; then the oldest goes. */
const MINUTES_MAX = 5_000

export type IngestCounts = ReturnType<typeof createIngestCounts>

/**
 * Counts ingestion by project and minute in this process. `writeChanged` hands over whole minutes, never differences, so
 * that writing one twice changes nothing and a write that failed is made good by the next.
 */
export function createIngestCounts({ minutesMax = MINUTES_MAX } = {}) {
  const minutes = new Map<string, IngestMinute>()
  const changed = new Set<string>()

  function open(projectId: number, atMs: number): IngestMinute {
    const minuteMs = atMs - (atMs % MINUTE_MS)
    const key = `${projectId}:${minuteMs}`
    changed.add(key)
    const known = minutes.get(key)
    if (known) return known
    if (minutes.size >= minutesMax) forget(minutes.keys().next().value as string)
    const created: IngestMinute = { projectId, minuteMs, counts: {}, lagMs: {}, batchRows: {} }
    minutes.set(key, created)
    return created
  }

  function forget(key: string): void {
    minutes.delete(key)
    changed.delete(key)
  }

  return {
    /** Adds to the count `name`; nothing for 0. */
    add(projectId: number, atMs: number, name: string, value = 1): void {
      if (value > 0) increase(open(projectId, atMs).counts, name, value)
    },

    /** A momentary state: the latest value of the minute holds. */
    set(projectId: number, atMs: number, name: string, value: number): void {
      open(projectId, atMs).counts[name] = value
    },

    /** One committed row's way from its happening to its commit. */
    addLag(projectId: number, atMs: number, lagMs: number): void {
      increase(open(projectId, atMs).lagMs, String(toBucket(lagMs)), 1)
    },

    /** The size of one transaction. */
    addBatch(projectId: number, atMs: number, rows: number): void {
      increase(open(projectId, atMs).batchRows, String(toBucket(rows)), 1)
    },

    /** Hands the minutes that changed to `write`. When that fails they count as changed still; rejects with its error. */
    async writeChanged(nowMs: number, write: (minutes: IngestMinute[]) => Promise<void>): Promise<void> {
      if (changed.size === 0) return
      const keys = [...changed]
      changed.clear()
      try {
        await write(keys.map((key) => structuredClone(minutes.get(key) as IngestMinute)))
      } catch (error) {
        for (const key of keys) if (minutes.has(key)) changed.add(key)
        throw error
      }
      // A minute that is over and written is done with; rows of it that settle late would open it anew, so it stays a while.
      for (const [key, { minuteMs }] of minutes) {
        if (minuteMs < nowMs - 5 * MINUTE_MS && !changed.has(key)) minutes.delete(key)
      }
    },
  }
}

function increase(counts: Record<string, number>, name: string, value: number): void {
  counts[name] = (counts[name] ?? 0) + value
}
