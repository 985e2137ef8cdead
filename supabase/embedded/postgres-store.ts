import postgres from 'postgres'
import {
  ACQUIRE_TIMEOUT_MS,
  DatabaseError,
  type Row,
  type Store,
  StoreAwayError,
  StoreBusyError,
  TEXT_PARAMETER_TYPES,
  type Transaction,
  type TransactionOptions,
  timeoutError,
} from './store.ts'

/** Postgres 15 is the oldest version whose features (`security_invoker` views, `unique nulls not distinct`) are used. */
const OLDEST_VERSION = 150_000
const CONNECTIONS = 10
/** While the database is away, each pool fails at once; a new one is tried no more often. */
const RENEW_EVERY_MS = 200
/** So long the statements of a pool that was replaced may go on. */
const LOST_POOL_SECONDS = 1
/** How much longer than the database's own timeout a silent connection is given. */
const SILENCE_MS = 2_000

/**
 * A pool of connections to an own Postgres. Throws an Error with a message for the operator when it cannot be reached
 * or is older than 15.
 */
export async function openPostgresStore(url: string): Promise<Store> {
  const sql = openPool(url)
  try {
    const [row] = await sql`select current_setting('server_version_num')::int as number, version() as version`
    if (row && row.number < OLDEST_VERSION) {
      throw new Error(`DATABASE_URL leads to ${row.version}. Growth Stack needs Postgres 15 or newer.`)
    }
    return new PostgresStore(url, sql)
  } catch (error) {
    await sql.end({ timeout: 0 })
    throw isAway(error) ? new Error(`The Postgres of DATABASE_URL does not answer: ${reasonOf(error)}`) : error
  }
}

function openPool(url: string): postgres.Sql {
  return postgres(url, {
    max: CONNECTIONS,
    connect_timeout: 5,
    // The default doubles its pause up to 20 s; a database that is back should be used at once.
    backoff: () => 0.1,
    onnotice: () => {},
    connection: { application_name: 'growth-stack' },
    types: Object.fromEntries(TEXT_PARAMETER_TYPES.map((type) => [`type${type}`, toPlainType(type)])),
  })
}

/**
 * Whether this is the one fault of the driver (postgres 3.4.9, nextWrite in connection.js) that nobody can catch: a statement
 * given to a connection that closed a moment ago, such as the rollback of what was under way, is written from a timer of the
 * driver's own, to a socket that is gone by then.
 */
function isLostWrite(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    error.message.includes("reading 'write'") &&
    /[/\\]postgres[/\\]src[/\\]connection\.js/.test(error.stack ?? '')
  )
}

const INT8 = 20

/** Parameters go over as text; int8 comes back as a number while it is exact, as PGlite has it. */
function toPlainType(type: number): postgres.PostgresType {
  return {
    to: type,
    from: type === INT8 ? [INT8] : [],
    serialize: String,
    parse: (text: string) => (Number.isSafeInteger(Number(text)) ? Number(text) : text),
  }
}

class PostgresStore implements Store {
  readonly kind = 'postgres'
  private readonly url: string
  private sql: postgres.Sql
  private renewableMs = 0
  private renewal: NodeJS.Timeout | undefined

  constructor(url: string, sql: postgres.Sql) {
    this.url = url
    this.sql = sql
  }

  survive(error: unknown): boolean {
    // Statements of the driver's own, such as a rollback, are awaited by nobody when their connection goes.
    if (!isLostWrite(error)) return DRIVER_AWAY.test(codeOf(error))
    this.renew(this.sql)
    return true
  }

  // A connection of the driver that was cut off in the middle of a write keeps what it had not written, and either never greets
  // the server again or sends that ahead of its greeting. So a pool that lost a connection is replaced whole; what runs on its
  // other connections may come to an end.
  private renew(lost: postgres.Sql): void {
    if (lost !== this.sql || this.renewal) return
    const replace = () => {
      this.renewal = undefined
      this.renewableMs = Date.now() + RENEW_EVERY_MS
      this.sql = openPool(this.url)
      lost.end({ timeout: LOST_POOL_SECONDS }).catch(() => {}) // nobody uses it any more
    }
    const waitMs = this.renewableMs - Date.now()
    if (waitMs <= 0) replace()
    else this.renewal = setTimeout(replace, waitMs)
  }

  async transaction<Result>(options: TransactionOptions, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const watch = new Watch()
    const { sql } = this
    try {
      const done = sql.begin(options.isReadOnly ? 'read only' : 'read write', (connection) => {
        watch.start(options.timeoutMs)
        return this.run(connection, watch, options, work)
      })
      return (await Promise.race([done, watch.late])) as Result
    } catch (error) {
      if (DRIVER_AWAY.test(codeOf(error))) this.renew(sql)
      throw translate(error)
    } finally {
      watch.stop()
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.renewal)
    await this.sql.end({ timeout: 10 })
  }

  private async run<Result>(
    connection: postgres.TransactionSql,
    watch: Watch,
    { timeoutMs }: TransactionOptions,
    work: (tx: Transaction) => Promise<Result>,
  ): Promise<Result> {
    const query: Transaction['query'] = async (text, params = []) => {
      const statement = connection.unsafe<Row[]>(text, [...params], { prepare: true })
      watch.running = statement
      try {
        return [...(await statement)]
      } catch (error) {
        throw translate(error)
      }
    }
    // Sent ahead in the same round trip as the first statement of `work`, hence not awaited before it.
    const limited = query("select set_config('statement_timeout', $1, true)", [String(timeoutMs ?? 0)])
    const [, result] = await Promise.all([limited, work({ query })])
    return result
  }
}

/** Ends the wait of a request whose connection is not free in time, or stays silent beyond the database's own timeout. */
class Watch {
  readonly late: Promise<never>
  running: { cancel: () => void } | undefined
  private hasGivenUp = false
  private giveUp: (error: Error) => void = () => {}
  private timer: NodeJS.Timeout

  constructor() {
    this.late = new Promise((_, reject) => {
      this.giveUp = (error) => {
        this.hasGivenUp = true
        this.running?.cancel()
        reject(error)
      }
    })
    this.timer = setTimeout(
      () => this.giveUp(new StoreBusyError('no database connection became free')),
      ACQUIRE_TIMEOUT_MS,
    )
  }

  start(timeoutMs: number | undefined): void {
    clearTimeout(this.timer)
    if (this.hasGivenUp) throw new StoreBusyError('no database connection became free')
    if (timeoutMs) this.timer = setTimeout(() => this.giveUp(timeoutError()), timeoutMs + SILENCE_MS)
  }

  stop(): void {
    clearTimeout(this.timer)
  }
}

/** Codes of the driver and of the system for a server that is not there. */
const DRIVER_AWAY = /^(CONNECT|ECONN|EPIPE|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOENT)/
/** SQLSTATEs of a server that is starting, stopping, full, or that lost the connection. */
const SERVER_AWAY = /^(08|57P0[123]|53300)/

function isAway(error: unknown): boolean {
  return DRIVER_AWAY.test(codeOf(error)) || SERVER_AWAY.test(codeOf(error))
}

/** The code of an error, or nothing that looks like one. */
function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : ''
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  return message || code || String(error)
}

function translate(error: unknown): unknown {
  if (isAway(error)) return new StoreAwayError(reasonOf(error), { cause: error })
  if (error instanceof postgres.PostgresError) {
    return new DatabaseError({
      code: error.code,
      message: error.message,
      detail: error.detail ?? null,
      hint: error.hint ?? null,
    })
  }
  return error
}
