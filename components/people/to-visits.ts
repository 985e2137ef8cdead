import { SESSION_IDLE_MS } from '@/lib/contracts/sessions'
import type { TimelineEvent } from '@/lib/contracts/timeline'

/** What a person did without a break of half an hour, on whatever device: the latest first, as in the timeline. */
export type Visit = { startMs: number; endMs: number; items: readonly TimelineEvent[] }

/** The items of a timeline (the latest first) parted where nothing happened for more than 30 minutes. */
export function toVisits(items: readonly TimelineEvent[]): readonly Visit[] {
  const groups: TimelineEvent[][] = []
  for (const item of items) {
    const group = groups.at(-1)
    const later = group?.at(-1)
    if (group && later && later.timestampMs - item.timestampMs <= SESSION_IDLE_MS) group.push(item)
    else groups.push([item])
  }
  return groups.map((group) => ({
    startMs: group.at(-1)?.timestampMs ?? 0,
    endMs: group[0]?.timestampMs ?? 0,
    items: group,
  }))
}
