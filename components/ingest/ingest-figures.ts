import type { IngestHealth } from '@/lib/contracts/ingest-health'

/** A count as the page shows it, with how it is counted in the reader's words. */
export type CountedFigure = { label: string; help: string; count: (totals: IngestHealth['totals']) => number }

const named = (name: string) => (totals: IngestHealth['totals']) => totals[name] ?? 0

/** What became of what arrived, in the order of its way. Accepted, duplicates and rejected add up to received. */
export const ARRIVAL_FIGURES: readonly CountedFigure[] = [
  {
    label: 'Received',
    help: 'Items of batches that were let in: those of the next three kinds together.',
    count: named('received'),
  },
  {
    label: 'Accepted',
    help: 'New rows, committed or in the spill before their sender was answered.',
    count: named('accepted'),
  },
  {
    label: 'Duplicates',
    help: 'Rows that were there already: retries whose first answer was lost.',
    count: named('duplicate'),
  },
  {
    label: 'Rejected',
    help: 'Items that broke a rule. The answer names each with its reason.',
    count: (totals) => sumByReason(totals, 'rejected'),
  },
  {
    label: 'Marked as bots',
    help: 'Accepted rows with evidence that nobody sat there. Stored, and left out of reports.',
    count: named('bot'),
  },
  {
    label: 'Spilled',
    help: 'Accepted rows that Redis keeps because the database did not take them.',
    count: named('spilled'),
  },
  { label: 'Drained', help: 'Rows that came out of the spill into the database.', count: named('drained') },
  {
    label: 'Parked',
    help: 'Rows the database refused for what they hold; rejected, and kept as dead letters.',
    count: named('parked'),
  },
  {
    label: 'Cut',
    help: 'Properties cut off or shortened at a limit. Their rows are kept.',
    count: named('truncated'),
  },
  {
    label: 'Dropped by browsers',
    help: 'Items given up in full queues while offline, as later batches say.',
    count: named('dropped_by_client'),
  },
]

export type ReasonCount = { reason: string; count: number }

/** The counts `<kind>.<reason>`, the most frequent first, then by name. */
export function toReasonCounts(totals: IngestHealth['totals'], kind: 'rejected' | 'bot' | 'refused'): ReasonCount[] {
  const prefix = `${kind}.`
  return Object.entries(totals)
    .filter(([name, count]) => name.startsWith(prefix) && count > 0)
    .map(([name, count]) => ({ reason: name.slice(prefix.length), count }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1))
}

/** The sum of a kind over all its reasons. */
export function sumByReason(totals: IngestHealth['totals'], kind: 'rejected'): number {
  return toReasonCounts(totals, kind).reduce((sum, { count }) => sum + count, 0)
}

/** Whether anything at all was counted: an hour in which every batch was refused is not empty. */
export function hasArrivals({ totals }: Pick<IngestHealth, 'totals'>): boolean {
  return Object.values(totals).some((count) => count > 0)
}
