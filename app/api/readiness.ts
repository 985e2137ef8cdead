import { AppError } from '@/lib/core/errors'
import { readProjectBySlug } from '@/lib/database/projects'
import { monotonicMs } from '@/lib/platform/clock'
import { toLogText, writeLog } from '@/lib/platform/log'

/** The store answers, in so many ms, or it does not and why in one word. */
export type StoreCheck = { status: 'ok' | 'degraded'; durationMs: number; reason?: string }

/** Asks the store for the default project, as every batch without a key does; never throws. */
export async function readStoreCheck(): Promise<StoreCheck> {
  const startMs = monotonicMs()
  const settle = (reason?: string): StoreCheck => ({
    status: reason === undefined ? 'ok' : 'degraded',
    durationMs: Math.round(monotonicMs() - startMs),
    ...(reason !== undefined && { reason }),
  })
  try {
    return settle((await readProjectBySlug('default')) ? undefined : 'default_project_missing')
  } catch (error) {
    writeLog('warning', { event: 'store_check_failed', cause: toLogText(error) })
    return settle(error instanceof AppError ? error.code : 'internal')
  }
}
