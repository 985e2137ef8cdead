import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Who holds a data folder: its process, and when that started. */
export type LockHolder = { pid: number; startedAt: string }

/**
 * Takes the data folder for this process alone and gives the function that lets go of it. PGlite does not notice a second
 * process on one folder, and both would destroy it. The lock is the operating system's own file lock, held through
 * SQLite, which Node brings along: it ends with its process however that ends, so a stale one cannot exist and
 * two processes cannot both take one over. Throws an Error that names the holder when the folder is taken.
 */
export function lockDataFolder(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const lock = new DatabaseSync(join(dataDir, 'lock'))
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive')
  } catch (error) {
    lock.close()
    if (!isBusy(error)) throw error
    throw new Error(refusal(dataDir), { cause: error })
  }
  const holderFile = join(dataDir, 'lock-holder.json')
  const holder: LockHolder = { pid: process.pid, startedAt: toStartTime() }
  // A file of its own: closing any other handle of the locked file would let go of a POSIX lock.
  writeFileSync(holderFile, JSON.stringify(holder))
  return () => {
    rmSync(holderFile, { force: true })
    lock.close()
  }
}

/** Throws an Error that names the holder while a process holds the data folder. */
export function assertUnlocked(dataDir: string): void {
  lockDataFolder(dataDir)()
}

function isBusy(error: unknown): boolean {
  // SQLITE_BUSY, https://www.sqlite.org/rescode.html#busy
  return (error as { errcode?: number }).errcode === 5
}

function toStartTime(): string {
  return new Date(performance.timeOrigin).toISOString()
}

function refusal(dataDir: string): string {
  let holder = 'another process'
  try {
    const { pid, startedAt } = JSON.parse(readFileSync(join(dataDir, 'lock-holder.json'), 'utf8')) as LockHolder
    holder = `process ${pid}, which started at ${startedAt}`
  } catch {
    // The holder is between taking the lock and writing its name; the refusal stands without it.
  }
  return `The data folder ${dataDir} is in use by ${holder}. Stop that one first, or set GROWTH_DATA_DIR to another folder.`
}
