import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { WorkerAnswer, WorkerRequest } from './pglite-worker.ts'
import {
  ACQUIRE_TIMEOUT_MS,
  DatabaseError,
  type Row,
  type Store,
  StoreAwayError,
  StoreBusyError,
  type Transaction,
  type TransactionOptions,
  timeoutError,
} from './store.ts'

/** A pause before a database that could not be opened is tried again. */
const REOPEN_PAUSE_MS = 1_000

/**
 * The embedded database in `folder`, which is made when it does not exist. The caller holds the lock on it: PGlite
 * itself does not notice a second process. Throws when the folder cannot be opened.
 */
export async function openPgliteStore(folder: string): Promise<Store> {
  if (!existsSync(join(folder, 'PG_VERSION'))) await createCluster(folder)
  const store = new PgliteStore(folder)
  await store.open()
  return store
}

/** Made aside and moved into place whole: a first start that is interrupted leaves nothing that looks like a database. */
async function createCluster(folder: string): Promise<void> {
  const draft = `${folder}.new`
  await rm(draft, { recursive: true, force: true })
  const thread = new Thread(draft)
  await thread.opened
  await thread.ask({ close: true })
  await thread.terminate(new StoreAwayError('the new database is complete'))
  await rename(draft, folder)
}

/** A worker with its database, and the statements that wait for its answer. */
class Thread {
  readonly opened: Promise<void>
  private readonly worker: Worker
  private readonly waiting = new Map<number, { resolve: (rows: Row[]) => void; reject: (error: Error) => void }>()
  private lastId = 0
  private ended: Error | null = null

  constructor(folder: string) {
    this.worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), { workerData: { folder } })
    this.opened = new Promise((resolve, reject) => this.waiting.set(0, { resolve: () => resolve(), reject }))
    this.worker.on('message', (answer: WorkerAnswer) => this.settle(answer))
    this.worker.on('error', (error) => this.end(error))
    this.worker.on('exit', (code) => this.end(new Error(`the database thread ended with code ${code}`)))
  }

  get isAlive(): boolean {
    return this.ended === null
  }

  ask(request: { sql: string; params: readonly (string | null)[] } | { close: true }): Promise<Row[]> {
    if (this.ended) return Promise.reject(new StoreAwayError(this.ended.message))
    this.lastId += 1
    const id = this.lastId
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.worker.postMessage({ id, ...request } satisfies WorkerRequest)
    })
  }

  /** Ends the thread in the middle of whatever it does; Postgres recovers from its log at the next opening. */
  async terminate(reason: Error): Promise<void> {
    this.end(reason)
    await this.worker.terminate()
  }

  private settle({ id, rows, error }: WorkerAnswer): void {
    const waiter = this.waiting.get(id)
    this.waiting.delete(id)
    if (!error) waiter?.resolve(rows ?? [])
    else if (error.code) waiter?.reject(new DatabaseError({ ...error, code: error.code }))
    else waiter?.reject(new StoreAwayError(error.message))
  }

  private end(reason: Error): void {
    this.ended ??= reason
    const error = reason instanceof DatabaseError ? reason : new StoreAwayError(reason.message, { cause: reason })
    for (const waiter of this.waiting.values()) waiter.reject(error)
    this.waiting.clear()
  }
}

class PgliteStore implements Store {
  readonly kind = 'pglite'
  private readonly folder: string
  private thread: Thread | null = null
  private turn: Promise<unknown> = Promise.resolve()
  private isClosed = false
  private triedAtMs = Number.NEGATIVE_INFINITY

  constructor(folder: string) {
    this.folder = folder
  }

  async open(): Promise<Thread> {
    if (this.thread?.isAlive) return this.thread
    // A folder that cannot be opened would otherwise cost every waiting request a whole attempt.
    if (performance.now() - this.triedAtMs < REOPEN_PAUSE_MS && this.thread === null) {
      throw new StoreAwayError('the embedded database could not be opened just now')
    }
    this.triedAtMs = performance.now()
    this.thread = null
    const thread = new Thread(this.folder)
    try {
      await thread.opened
    } catch (error) {
      await thread.terminate(new StoreAwayError('the embedded database could not be opened'))
      throw error
    }
    this.thread = thread
    return thread
  }

  transaction<Result>(options: TransactionOptions, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return this.inTurn(() => this.run(options, work))
  }

  runAlone(statement: string): Promise<void> {
    return this.inTurn(async () => {
      const thread = await this.open()
      await thread.ask({ sql: statement, params: [] })
    })
  }

  async close(): Promise<void> {
    if (this.isClosed) return
    const closing = this.turn.then(async () => {
      if (this.thread?.isAlive) await this.thread.ask({ close: true })
      await this.thread?.terminate(new StoreAwayError('the embedded database is closed'))
    })
    this.isClosed = true
    await closing
  }

  /** One session only: transactions follow one another in the order of their asking. */
  private inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    if (this.isClosed) return Promise.reject(new StoreAwayError('the embedded database is closed'))
    let hasGivenUp = false
    let patience: NodeJS.Timeout | undefined
    const tired = new Promise<never>((_, reject) => {
      patience = setTimeout(() => {
        hasGivenUp = true
        reject(new StoreBusyError('the database was busy for too long'))
      }, ACQUIRE_TIMEOUT_MS)
    })
    const mine = this.turn.then(() => {
      clearTimeout(patience)
      if (hasGivenUp) throw new StoreBusyError('the database was busy for too long')
      return run()
    })
    // The next in line waits for this one's end, not for its success.
    this.turn = mine.catch(() => undefined)
    return Promise.race([mine, tired])
  }

  private async run<Result>(
    { timeoutMs, isReadOnly }: TransactionOptions,
    work: (tx: Transaction) => Promise<Result>,
  ): Promise<Result> {
    const thread = await this.open()
    let restarted: Promise<void> | undefined
    // PGlite ignores statement_timeout, and nothing reaches it while a query runs: past the deadline its thread goes.
    const deadline = timeoutMs
      ? setTimeout(() => {
          restarted = thread.terminate(timeoutError())
        }, timeoutMs)
      : undefined
    const query: Transaction['query'] = (sql, params = []) => thread.ask({ sql, params })
    try {
      const begun = query(isReadOnly ? 'begin read only' : 'begin')
      const result = await Promise.all([begun, work({ query })]).then(([, value]) => value)
      // A commit is short, and ending it halfway would leave its outcome unknown.
      clearTimeout(deadline)
      await query('commit')
      return result
    } catch (error) {
      if (thread.isAlive) await query('rollback')
      throw error
    } finally {
      clearTimeout(deadline)
      await restarted
    }
  }
}
