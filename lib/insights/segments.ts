import type { SegmentPeople, SegmentPreview } from '../contracts/segment'
import type { ProjectId } from '../core/ids'
import { toRatio } from '../core/ratio'
import { type AskedSegment, readSegmentCounts, readSegmentPeoplePage } from '../database/segments'
import { refuseUnusable } from './report-range'

/**
 * How many people a segment has at `nowMs`, and its share of the people of the last 30 days, null when there were none. Throws
 * `invalid_request` for values the store cannot hold and for the id of no segment.
 */
export async function readSegmentPreview(
  projectId: ProjectId,
  segment: AskedSegment,
  nowMs: number,
): Promise<SegmentPreview> {
  const counts = await refuseUnusable(readSegmentCounts(projectId, segment, nowMs))
  return {
    people: counts.people,
    recentPeople: counts.recent_people,
    recentPeopleInSegment: counts.recent_people_in_segment,
    recentRatio: toRatio(counts.recent_people_in_segment, counts.recent_people),
  }
}

/** A page of a segment's people; `next` is null on the last. Throws as `readSegmentPreview`. */
export async function readSegmentPeople(
  projectId: ProjectId,
  segment: AskedSegment,
  { nowMs, after = null, limit }: { nowMs: number; after?: string | null; limit: number },
): Promise<SegmentPeople> {
  // One more than is shown says whether there is more.
  const { total, people } = await refuseUnusable(
    readSegmentPeoplePage(projectId, segment, { nowMs, after, limit: limit + 1 }),
  )
  const page = people.slice(0, limit)
  return {
    total,
    people: page.map((row) => ({
      personId: row.person_id,
      externalId: row.external_id,
      userId: row.user_id,
      lastSeen: row.last_activity === null ? null : new Date(row.last_activity).toISOString(),
      traits: row.traits,
    })),
    next: people.length > limit ? (page.at(-1)?.person_id ?? null) : null,
  }
}
