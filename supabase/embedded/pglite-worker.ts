// The thread that PGlite lives in. PGlite blocks its thread while a query runs, so the server keeps its own thread free
// and can end this one.
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { TEXT_PARAMETER_TYPES } from './store.ts'

/** What the server's thread asks for: one statement, or to close. */
export type WorkerRequest =
  | { id: number; sql: string; params: readonly (string | null)[] }
  | { id: number; close: true }
/** What it gets: rows, or the fields of Postgres's error. `id` 0 tells that the database is open or could not be. */
export type WorkerAnswer = {
  id: number
  rows?: Record<string, unknown>[]
  error?: { code?: string; message: string; detail?: string; hint?: string }
}

const port = parentPort
if (!port) throw new Error('pglite-worker.ts runs as a worker thread only')

const asText = (value: unknown) => String(value)
const serializers = Object.fromEntries(TEXT_PARAMETER_TYPES.map((type) => [type, asText]))
const { folder } = workerData as { folder: string }

const answer = (message: WorkerAnswer) => port.postMessage(message)

function toFields(error: unknown): NonNullable<WorkerAnswer['error']> {
  const { code, message, detail, hint } = error as Record<string, string | undefined>
  return {
    message: message ?? String(error),
    ...(code && { code }),
    ...(detail && { detail }),
    ...(hint && { hint }),
  }
}

try {
  const database = await PGlite.create({ dataDir: folder })
  let turn: Promise<void> = Promise.resolve()
  port.on('message', (request: WorkerRequest) => {
    turn = turn.then(async () => {
      try {
        if ('close' in request) {
          await database.close()
          answer({ id: request.id, rows: [] })
        } else {
          const { rows } = await database.query<Record<string, unknown>>(request.sql, [...request.params], {
            serializers,
          })
          answer({ id: request.id, rows })
        }
      } catch (error) {
        answer({ id: request.id, error: toFields(error) })
      }
    })
  })
  answer({ id: 0 })
} catch (error) {
  answer({ id: 0, error: toFields(error) })
}
