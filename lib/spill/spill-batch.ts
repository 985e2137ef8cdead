import { z } from 'zod'
import { LANES, type Lane } from '../contracts/dead-letters'
import type { ProjectId } from '../core/ids'

/**
 * Rows of one lane and project on their way through the spill, as `lib/contracts/ingest-rows.ts` names their fields.
 * `failures` is how often the store failed on exactly these rows while it took others.
 */
export type SpillBatch = {
  lane: Lane
  projectId: ProjectId
  rows: readonly Readonly<Record<string, unknown>>[]
  spilledMs: number
  failures: number
}

const spillBatch = z.object({
  lane: z.enum(LANES),
  projectId: z.int().transform((id) => id as ProjectId),
  rows: z.array(z.record(z.string(), z.unknown())).min(1),
  spilledMs: z.int(),
  failures: z.int().min(0).default(0),
})

/** One entry: at most this many characters of JSON, or a single row. Upstash takes requests of 1 MB on every plan. */
const ENTRY_CHARS_MAX = 256 * 1024

/** The batch in one entry's text; null for what no version of this code wrote, or only a later one. */
export function parseSpillBatch(text: string): SpillBatch | null {
  try {
    return spillBatch.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** A batch as the texts of one or more entries, in order, each with its number of rows. */
export function toEntries(batch: SpillBatch, charsMax = ENTRY_CHARS_MAX): { text: string; rowCount: number }[] {
  const { rows, ...rest } = batch
  const head = JSON.stringify(rest).slice(0, -1)
  const entries: { text: string; rowCount: number }[] = []
  let texts: string[] = []
  let chars = 0
  const close = () => {
    if (texts.length > 0) entries.push({ text: `${head},"rows":[${texts.join(',')}]}`, rowCount: texts.length })
    texts = []
    chars = 0
  }
  for (const row of rows) {
    const text = JSON.stringify(row)
    if (chars + text.length > charsMax) close()
    texts.push(text)
    chars += text.length
  }
  close()
  return entries
}
