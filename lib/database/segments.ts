import type { Segment, SegmentDefinition, SegmentPatch, SegmentRequest, TraitSuggestions } from '../contracts/segment'
import { AppError } from '../core/errors'
import type { ProjectId } from '../core/ids'
import { callFunction, readStoreCode } from './client'

type SegmentRow = { id: string; name: string; definition: SegmentDefinition; created_at: string; updated_at: string }

/** What the store counts and lists: a definition, or the id of a saved one. */
export type AskedSegment = SegmentDefinition | string

/** `recent_people`: with an event in the last 30 days; `recent_people_in_segment`: those of them in the segment. */
export type SegmentCounts = { people: number; recent_people: number; recent_people_in_segment: number }

/** One person of a segment; what a profile says is null for people without one. */
export type SegmentPersonRow = {
  person_id: string
  user_id: string | null
  external_id: string | null
  traits: Record<string, unknown> | null
  last_activity: string | null
}

/** The project's segments, by name. */
export async function readSegments(projectId: ProjectId): Promise<Segment[]> {
  const rows = await callFunction<SegmentRow[]>('get_segments', { p_project_id: projectId })
  return rows.map(toSegment)
}

/** The segment of an id, for whoever asks about its people later; null when the project has none. */
export async function readSegment(projectId: ProjectId, id: string): Promise<Segment | null> {
  const [row] = await callFunction<SegmentRow[]>('get_segments', { p_project_id: projectId, p_id: id })
  return row ? toSegment(row) : null
}

/** Keeps a segment. Throws `conflict` when the project has one of that name. */
export async function createSegment(projectId: ProjectId, { name, definition }: SegmentRequest): Promise<Segment> {
  const args = { p_project_id: projectId, p_name: name, p_definition: definition }
  return toSegment(await refuseTaken(callFunction<SegmentRow>('create_segment', args)))
}

/** Changes what is given; null when the project has no such segment. Throws `conflict` for a name that is taken. */
export async function updateSegment(
  projectId: ProjectId,
  id: string,
  { name = undefined, definition = undefined }: SegmentPatch,
): Promise<Segment | null> {
  const row = await refuseTaken(
    callFunction<SegmentRow | null>('update_segment', {
      p_project_id: projectId,
      p_id: id,
      p_name: name ?? null,
      p_definition: definition ?? null,
    }),
  )
  return row && toSegment(row)
}

/** Deletes a segment; false when the project has no such one. Reports that still ask for it are refused from then on. */
export function deleteSegment(projectId: ProjectId, id: string): Promise<boolean> {
  return callFunction('delete_segment', { p_project_id: projectId, p_id: id })
}

/** How many people a segment has at `nowMs`, and how many of the last 30 days' people. */
export async function readSegmentCounts(
  projectId: ProjectId,
  segment: AskedSegment,
  nowMs: number,
): Promise<SegmentCounts> {
  const args = { p_project_id: projectId, p_segment: segment, p_now: nowMs }
  const [row] = await callFunction<SegmentCounts[]>('get_segment_counts', args)
  if (!row) throw new Error('a function that gives one row gave none')
  return row
}

/** A page of a segment's people in the order of their ids, after the one of `after`, and how many there are in all. */
export function readSegmentPeoplePage(
  projectId: ProjectId,
  segment: AskedSegment,
  { nowMs, after, limit }: { nowMs: number; after: string | null; limit: number },
): Promise<{ total: number; people: SegmentPersonRow[] }> {
  return callFunction('get_segment_people', {
    p_project_id: projectId,
    p_segment: segment,
    p_now: nowMs,
    p_after: after,
    p_limit: limit,
  })
}

/** Keys of traits and values that at least five people share, of up to 20,000 profiles. */
export function readTraitSuggestions(projectId: ProjectId): Promise<TraitSuggestions> {
  return callFunction('get_trait_suggestions', { p_project_id: projectId })
}

function toSegment({ id, name, definition, created_at, updated_at }: SegmentRow): Segment {
  return {
    id,
    name,
    definition,
    createdAt: new Date(created_at).toISOString(),
    updatedAt: new Date(updated_at).toISOString(),
  }
}

async function refuseTaken<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    if (readStoreCode(error) !== '23505') throw error
    throw new AppError('conflict', 'The project has a segment of that name; choose another.', { cause: error })
  }
}
