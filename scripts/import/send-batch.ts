import { setTimeout as delay } from 'node:timers/promises'
import { type BadLine, type ImportAnswer, importAnswer } from '../../lib/contracts/import'
import type { StampedItem } from '../../lib/import/read-batches'

/** Where a batch goes. */
export type Target = { url: string; project: string | null; secretKey: string }

/** Tries of one batch: with pauses that double from half a second to 15 s, about two minutes of a store that is away. */
const TRIES_MAX = 12
const PAUSE_MS_MAX = 15_000

type Pause = (ms: number) => Promise<unknown>

/**
 * Sends events as lines of JSON and gives what became of them; `badLines` count within this batch, from 1. Sent again while nobody
 * answers, or the product asks to wait: their ids make that harmless. Throws an Error that says what to do.
 */
export async function sendBatch(
  target: Target,
  items: readonly StampedItem[],
  pause: Pause = delay,
): Promise<ImportAnswer & { badLines: BadLine[] }> {
  const body = items.map((item) => JSON.stringify(item)).join('\n')
  for (let tries = 1; ; tries += 1) {
    const outcome = await trySend(target, body)
    if (outcome.ok) return outcome.answer
    if (!outcome.isRetryable || tries === TRIES_MAX) throw new Error(outcome.message)
    await pause(Math.max(outcome.retryAfterMs, Math.min(PAUSE_MS_MAX, 500 * 2 ** (tries - 1))))
  }
}

type Outcome =
  | { ok: true; answer: ImportAnswer }
  | { ok: false; isRetryable: boolean; retryAfterMs: number; message: string }

async function trySend({ url, project, secretKey }: Target, body: string): Promise<Outcome> {
  const query = new URLSearchParams({ format: 'ndjson', ...(project !== null && { project }) })
  let response: Response
  let text: string
  try {
    response = await fetch(`${url}/api/import?${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/x-ndjson' },
      body,
    })
    text = await response.text()
  } catch {
    const message = `Nobody answers at ${url}. Start the product with npm start, or name it with --url; the same command goes on from here.`
    return { ok: false, isRetryable: true, retryAfterMs: 0, message }
  }
  if (response.ok) return { ok: true, answer: importAnswer.parse((JSON.parse(text) as { data: unknown }).data) }
  const retryAfterMs = Number(response.headers.get('retry-after') ?? 0) * 1_000
  const isRetryable = response.status === 429 || response.status >= 500
  return { ok: false, isRetryable, retryAfterMs, message: toMessage(response.status, text, project) }
}

function toMessage(status: number, text: string, project: string | null): string {
  if (status === 401) return 'The product does not know this secret key. Set GROWTH_SECRET_KEY to one of its settings.'
  if (status === 404 && project !== null)
    return `The secret key is not of the project ${project}. Set GROWTH_SECRET_KEY to one of that project.`
  const said = /"message":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1]
  return `The product answered ${status}${said ? `: ${said}` : ''}. What was sent is kept; the same command goes on from here.`
}
