// The process of the embedded server: `node supabase/embedded/main.ts`. Started with an IPC channel it reports
// `{ type: 'progress', message }` and `{ type: 'ready', port, migrated }` and ends with its parent; else it prints the latter.
import { join, resolve } from 'node:path'
import { type Env, readEnv } from '../../lib/platform/env.ts'
import { lockDataFolder } from './lock.ts'
import { migrate } from './migrations.ts'
import { schedulePartitions } from './partition-schedule.ts'
import { openPgliteStore } from './pglite-store.ts'
import { openPostgresStore } from './postgres-store.ts'
import { type EmbeddedServer, startServer } from './server.ts'
import type { Store } from './store.ts'
import { scheduleUpkeep } from './upkeep.ts'

/** Where Supabase's own local stack listens. */
const DEFAULT_PORT = 54_321

/** What has to be let go of at the end, last first. */
const closers: (() => void | Promise<void>)[] = []
let stopping: Promise<void> | undefined

async function start(): Promise<void> {
  const env = readEnv()
  if (!env.JWT_SECRET) throw new Error('JWT_SECRET is missing: it signs keys and sessions, 32 characters or more.')
  const store = await openStore(env)
  closers.push(() => store.close())
  process.on('uncaughtException', (error) => {
    if (store.survive?.(error)) {
      log('connection_lost', error)
      return
    }
    process.stderr.write(`${error.stack ?? error.message}\n`)
    void stop(1)
  })
  const migrated = await migrate(store, { onProgress })
  const stopSchedule = await schedulePartitions(store, (error) => log('partitions_failed', error))
  closers.push(stopSchedule)
  closers.push(scheduleUpkeep(store, (error) => log('upkeep_failed', error)))
  const server = await listen(store, env.JWT_SECRET, env.GROWTH_DATABASE_PORT)
  closers.push(() => server.close())
  const ready = { type: 'ready', port: server.port, migrated }
  if (process.send) process.send(ready)
  else console.log(JSON.stringify(ready))
}

async function openStore({ DATABASE_URL, GROWTH_DATA_DIR }: Env): Promise<Store> {
  if (DATABASE_URL) return openPostgresStore(DATABASE_URL)
  const dataDir = resolve(GROWTH_DATA_DIR)
  closers.push(lockDataFolder(dataDir))
  onProgress('Opening the database')
  return openPgliteStore(join(dataDir, 'postgres'))
}

async function listen(store: Store, jwtSecret: string, chosenPort: number | undefined): Promise<EmbeddedServer> {
  try {
    return await startServer({ store, jwtSecret, port: chosenPort ?? DEFAULT_PORT })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    if (chosenPort === undefined) return startServer({ store, jwtSecret, port: 0 })
    throw new Error(
      `Port ${chosenPort} of GROWTH_DATABASE_PORT is taken. Choose another one, or unset it for any free one.`,
    )
  }
}

function onProgress(message: string): void {
  process.send?.({ type: 'progress', message })
}

function log(event: string, error: unknown): void {
  console.error(JSON.stringify({ event, reason: error instanceof Error ? error.message : String(error) }))
}

/** Stops accepting, lets running requests finish, closes the store and lets go of the folder, in that order. */
function stop(exitCode: number): Promise<void> {
  stopping ??= (async () => {
    let code = exitCode
    for (const close of closers.reverse()) {
      try {
        await close()
      } catch (error) {
        log('stop_failed', error)
        code = 1
      }
    }
    process.exit(code)
  })()
  return stopping
}

process.on('SIGTERM', () => void stop(0))
process.on('SIGINT', () => void stop(0))
process.on('disconnect', () => void stop(0))

start().catch((error: unknown) => {
  if (stopping) return // asked to stop in the middle of starting: its failure is no news
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  void stop(1)
})
