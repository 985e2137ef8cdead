/** One result row: text, numbers, booleans as the driver reads them. The server's own SQL casts what must be exact to text. */
export type Row = Record<string, unknown>

/** What a database refused, with the fields of Postgres's error response that PostgREST passes on. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
  readonly code: string
  readonly detail: string | null
  readonly hint: string | null

  constructor(fields: { code: string; message: string; detail?: string | null; hint?: string | null }) {
    super(fields.message)
    this.code = fields.code
    this.detail = fields.detail ?? null
    this.hint = fields.hint ?? null
  }
}

/** The database cannot be reached or is just being restarted; nothing of the request was committed for certain. */
export class StoreAwayError extends Error {
  override readonly name = 'StoreAwayError'
}

/** The request waited too long for its turn; nothing of it was run. */
export class StoreBusyError extends Error {
  override readonly name = 'StoreBusyError'
}

/** SQL inside one transaction. Parameters are text or null and take the type that the statement gives them. */
export interface Transaction {
  query(sql: string, params?: readonly (string | null)[]): Promise<Row[]>
}

export type TransactionOptions = {
  /** The whole transaction ends after this many milliseconds with SQLSTATE 57014; undefined: never. */
  readonly timeoutMs?: number
  readonly isReadOnly?: boolean
}

/** How long a request waits for its turn before it is refused, as PostgREST's `db-pool-acquisition-timeout` (10 s). */
export const ACQUIRE_TIMEOUT_MS = 10_000

/** One Postgres, in this process's worker or somewhere else. Connected as the owner of the schemas. */
export interface Store {
  readonly kind: 'pglite' | 'postgres'
  /**
   * Runs `work` in one transaction: committed when it resolves, rolled back when it throws. Throws DatabaseError,
   * StoreAwayError, StoreBusyError, or what `work` throws.
   */
  transaction<Result>(options: TransactionOptions, work: (tx: Transaction) => Promise<Result>): Promise<Result>
  /**
   * Runs a statement that refuses to be part of a transaction, such as vacuum. Only where nothing does so by itself:
   * undefined for Postgres, which has autovacuum. Throws what `transaction` throws.
   */
  runAlone?(statement: string): Promise<void>
  /**
   * Takes an error that reached nobody (`uncaughtException`): true when it was the store's own, and the store goes on. Whoever
   * was waiting for it gets a StoreAwayError.
   */
  survive?(error: unknown): boolean
  /** Waits for what is running, then lets go of everything. Later calls throw StoreAwayError. */
  close(): Promise<void>
}

/** The error that Postgres gives when `statement_timeout` ends a statement. */
export function timeoutError(): DatabaseError {
  return new DatabaseError({ code: '57014', message: 'canceling statement due to statement timeout' })
}

/**
 * Type ids whose parameters go over as the text they are. Both drivers would convert them from JavaScript values: a date
 * would lose its microseconds, the text `true` would become false, JSON text would be quoted once more.
 */
export const TEXT_PARAMETER_TYPES = [
  16, 17, 20, 21, 23, 25, 26, 114, 700, 701, 1042, 1043, 1082, 1083, 1114, 1184, 1186, 1266, 1700, 2950, 3802,
] as const
