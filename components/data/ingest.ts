import type { z } from 'zod'
import { type BotRestoreAnswer, botRestoreAnswer, type botRestoreRequest } from '@/lib/contracts/bots'
import {
  type DeadLetterDiscardAnswer,
  type DeadLetterRetryAnswer,
  deadLetterDiscardAnswer,
  deadLetterRetryAnswer,
} from '@/lib/contracts/dead-letters'
import { sendRequest } from './send-request'

const toPath = (action: string, project: string) => `/api/ingest/${action}?${new URLSearchParams({ project })}`

/** Sends these letters, or all, to the store once more. */
export async function retryDeadLetters(
  project: string,
  ids: readonly string[] | 'all',
): Promise<DeadLetterRetryAnswer> {
  const body = ids === 'all' ? { all: true } : { ids }
  const path = toPath('dead-letters/retry', project)
  return (await sendRequest(path, { method: 'POST', body, answer: deadLetterRetryAnswer })).data
}

/** Throws these letters away, with the rows in them. */
export async function discardDeadLetters(project: string, ids: readonly string[]): Promise<DeadLetterDiscardAnswer> {
  const path = toPath('dead-letters/discard', project)
  return (await sendRequest(path, { method: 'POST', body: { ids }, answer: deadLetterDiscardAnswer })).data
}

/** Counts marked rows as people's from now on. */
export async function restoreBots(
  project: string,
  group: z.input<typeof botRestoreRequest>,
): Promise<BotRestoreAnswer> {
  const path = toPath('bots/restore', project)
  return (await sendRequest(path, { method: 'POST', body: group, answer: botRestoreAnswer })).data
}
