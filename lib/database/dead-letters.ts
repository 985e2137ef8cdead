import type { DeadLetter, DeadLetterPage, DeadLetterRetryAnswer, Lane } from '../contracts/dead-letters'
import type { ProjectId } from '../core/ids'
import { monotonicMs } from '../platform/clock'
import { appendStoreRows, readRefusalCode, type StoreRow } from './append'
import { callFunction } from './client'
import { APPEND_FUNCTIONS, toLaneRow } from './lanes'

/** A row of `lib/contracts/ingest-rows.ts` that the store refused; `code` is the SQLSTATE, when it is known. */
export type RefusedRow = { row: object; reason: string; code?: string }

/**
 * Keeps refused rows for people to look at; gives how many are kept now, those that were kept before included. A row that
 * even this table refuses is left out and loses no other. Throws an AppError when the store is away.
 */
export function parkDeadLetters(projectId: ProjectId, lane: Lane, rows: readonly RefusedRow[]): Promise<number> {
  return park(
    projectId,
    rows.map(({ row, reason, code = '' }) => ({ lane, reason, code, content: toLaneRow(lane, row) })),
  )
}

async function park(projectId: ProjectId, letters: readonly object[]): Promise<number> {
  if (letters.length === 0) return 0
  try {
    await callFunction('park_dead_letters', { p_project_id: projectId, p_rows: letters })
    return letters.length
  } catch (error) {
    if (readRefusalCode(error) === null) throw error
    if (letters.length === 1) return 0
    const middle = letters.length >> 1
    return (await park(projectId, letters.slice(0, middle))) + (await park(projectId, letters.slice(middle)))
  }
}

type LetterRow = {
  letter_id: number
  lane: Lane
  reason: string
  code: string
  content: Record<string, unknown>
  created_at: string
  attempts: number
}

/** The latest letters, or those parked before the letter `before`; at most 1,000. */
export async function readDeadLetters(
  projectId: ProjectId,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<DeadLetterPage> {
  const [rows, total] = await Promise.all([
    callFunction<LetterRow[]>('get_dead_letters', {
      p_project_id: projectId,
      p_before: before ?? null,
      p_limit: limit,
    }),
    countDeadLetters(projectId),
  ])
  return { items: rows.map(toDeadLetter), total }
}

/** How many letters wait in a project. */
export function countDeadLetters(projectId: ProjectId): Promise<number> {
  return callFunction<number>('count_dead_letters', { p_project_id: projectId })
}

function toDeadLetter({ letter_id, lane, reason, code, content, created_at, attempts }: LetterRow): DeadLetter {
  return {
    id: String(letter_id),
    lane,
    reason,
    code,
    row: content,
    createdAtMs: Date.parse(created_at),
    attempts,
  }
}

/** Letters read and settled together. */
const CHUNK_LETTERS = 100
/** One retry works so long; what is left then waits for the next. */
const RETRY_BUDGET_MS = 10_000

type UntriedRow = { letter_id: number; lane: Lane; content: StoreRow; before: string }

/**
 * Appends the rows of the letters named (null: of all) as if they had just been sent, each by itself, each letter once.
 * Stored rows leave, refused ones stay with one attempt more. Ends early after some seconds; `left` says what waits then.
 */
export async function retryDeadLetters(
  projectId: ProjectId,
  ids: readonly string[] | null,
  { budgetMs = RETRY_BUDGET_MS }: { budgetMs?: number } = {},
): Promise<DeadLetterRetryAnswer> {
  const endMs = monotonicMs() + budgetMs
  let before: string | null = null
  let stored = 0
  let refused = 0
  for (let isMore = true; isMore && monotonicMs() < endMs; ) {
    const letters: UntriedRow[] = await callFunction('get_untried_letters', {
      p_project_id: projectId,
      p_letter_ids: ids,
      p_before: before,
      p_limit: CHUNK_LETTERS,
    })
    // The store's own time of the start: a letter that this round has tried does not come back in it.
    before ??= letters[0]?.before ?? null
    const fates = await tryLetters(projectId, letters)
    await callFunction('settle_dead_letters', {
      p_project_id: projectId,
      p_gone: fates.stored,
      p_refused: fates.refused,
    })
    stored += fates.stored.length
    refused += fates.refused.length
    isMore = letters.length === CHUNK_LETTERS
  }
  return { stored, refused, left: await countDeadLetters(projectId) }
}

async function tryLetters(projectId: ProjectId, letters: readonly UntriedRow[]) {
  const stored: number[] = []
  const refused: { letter_id: number; reason: string; code: string }[] = []
  for (const { letter_id, lane, content } of letters) {
    // A duplicate is stored as well: an earlier try may have been killed between its two writes.
    const outcome = await appendStoreRows(APPEND_FUNCTIONS[lane], projectId, [content])
    if (outcome.ok) stored.push(letter_id)
    else refused.push({ letter_id, reason: 'refused_by_store', code: outcome.code })
  }
  return { stored, refused }
}

/** Throws the letters away, with the rows in them; gives how many there were. */
export function discardDeadLetters(projectId: ProjectId, ids: readonly string[]): Promise<number> {
  return callFunction<number>('settle_dead_letters', { p_project_id: projectId, p_gone: ids })
}
