import { hash } from 'node:crypto'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { BadLine, BadLineReason } from '../contracts/import'

/** How far an import has come. */
export type Progress = { records: number; accepted: number; duplicates: number; skipped: number; rejected: number }

const NO_PROGRESS: Progress = { records: 0, accepted: 0, duplicates: 0, skipped: 0, rejected: 0 }

/**
 * What reading a file has to remember, on disk however long the file is: how often each record was seen, who was in which session,
 * which lines were bad, and how far it came. A `path` keeps it when the process ends, `commit` by `commit`; without one it is a
 * temporary file of SQLite's own, gone with the process (https://www.sqlite.org/inmemorydb.html#temp_db).
 */
export class Journal {
  readonly #database: DatabaseSync
  readonly #countSeen: StatementSync
  readonly #readSession: StatementSync
  readonly #writeSession: StatementSync
  readonly #addBadLine: StatementSync

  constructor(path = '') {
    this.#database = new DatabaseSync(path)
    this.#database.exec(
      path === ''
        ? 'pragma journal_mode = off; pragma synchronous = off'
        : 'pragma journal_mode = wal; pragma synchronous = normal; pragma locking_mode = exclusive',
    )
    this.#database.exec(`
      create table if not exists seen (digest blob primary key, count integer not null) without rowid;
      create table if not exists sessions (
        person text primary key, session text not null, first integer not null, last integer not null
      ) without rowid;
      create table if not exists bad_lines (line integer not null, reason text not null);
      create table if not exists progress (only_row integer primary key check (only_row = 1), value text not null);
    `)
    this.#countSeen = this.#database.prepare(
      'insert into seen values (?, 1) on conflict do update set count = count + 1 returning count',
    )
    this.#readSession = this.#database.prepare('select session, first, last from sessions where person = ?')
    this.#writeSession = this.#database.prepare('insert or replace into sessions values (?, ?, ?, ?)')
    this.#addBadLine = this.#database.prepare('insert into bad_lines values (?, ?)')
    this.#database.exec('begin')
  }

  /** How often this very content was given before: 0 the first time. */
  countSeen(content: string): number {
    const digest = hash('sha256', content, 'buffer').subarray(0, 16)
    return (this.#countSeen.get(digest) as { count: number }).count - 1
  }

  /**
   * The session of a person at an instant: the one before when no more than `idleMs` lie between, else a new one, named after the
   * person and its first instant. Instants may come a little out of order.
   */
  readSession(person: string, timestampMs: number, idleMs: number): string {
    const known = this.#readSession.get(person) as { session: string; first: number; last: number } | undefined
    if (known && timestampMs <= known.last + idleMs && timestampMs >= known.first - idleMs) {
      if (timestampMs > known.last) this.#writeSession.run(person, known.session, known.first, timestampMs)
      return known.session
    }
    const session = hash('sha256', `${person}\n${timestampMs}`, 'base64url').slice(0, 12)
    this.#writeSession.run(person, session, timestampMs, timestampMs)
    return session
  }

  addBadLines(lines: readonly BadLine[]): void {
    for (const { line, reason } of lines) this.#addBadLine.run(line, reason)
  }

  /** All bad lines in order, one at a time. */
  *readBadLines(): Generator<BadLine> {
    const rows = this.#database.prepare('select line, reason from bad_lines order by line').iterate()
    for (const row of rows) yield { line: row.line as number, reason: row.reason as BadLineReason }
  }

  readProgress(): Progress {
    const row = this.#database.prepare('select value from progress').get() as { value: string } | undefined
    return row ? (JSON.parse(row.value) as Progress) : NO_PROGRESS
  }

  /** Keeps everything so far, together with how far it came: what a process that ends leaves behind is one of these states. */
  commit(progress: Progress): void {
    this.#database.prepare('insert or replace into progress values (1, ?)').run(JSON.stringify(progress))
    this.#database.exec('commit; begin')
  }

  close(): void {
    this.#database.close()
  }
}
