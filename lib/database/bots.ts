import type { BotGroup } from '../contracts/bots'
import type { ProjectId } from '../core/ids'
import { callFunction } from './client'

/** Rows of each table in one call: 5,000 take some 200 ms, far below a hosted statement timeout. */
const RESTORE_SIZE = 5_000

/** A half-open range of Unix ms. */
type Span = { fromMs: number; toMs: number }

type GroupRow = {
  reasons: string[]
  browser: string | null
  os: string | null
  row_count: number
  first_ms: number
  last_ms: number
}

/** What is marked as bots in `[fromMs, toMs)`, by reasons and agent; the largest 500 groups, the largest first. */
export async function readBotGroups(projectId: ProjectId, { fromMs, toMs }: Span): Promise<BotGroup[]> {
  const rows = await callFunction<GroupRow[]>('get_bot_groups', {
    p_project_id: projectId,
    p_from: fromMs,
    p_to: toMs,
  })
  return rows.map(({ reasons, browser, os, row_count, first_ms, last_ms }) => ({
    reasons,
    browser,
    os,
    rows: row_count,
    firstMs: first_ms,
    lastMs: last_ms,
  }))
}

/**
 * Lets rows of exactly these reasons and this browser (null: none known) count as people's, in counts, profiles and links;
 * gives how many there were. Each call to the store is complete in itself: aborted or failed, it goes on where it was.
 */
export async function restoreBots(
  projectId: ProjectId,
  { reasons, browser, fromMs, toMs }: Span & { reasons: readonly string[]; browser: string | null },
  signal?: AbortSignal,
): Promise<number> {
  let restored = 0
  let next: number | null = fromMs
  while (next !== null) {
    const answer: { restored: number; next: number | null } = await callFunction(
      'restore_bots',
      {
        p_project_id: projectId,
        p_reasons: reasons,
        p_browser: browser,
        p_from: next,
        p_to: toMs,
        p_limit: RESTORE_SIZE,
      },
      signal,
    )
    restored += answer.restored
    next = answer.next
  }
  return restored
}
