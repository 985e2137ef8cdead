import type { BotGroup } from '@/lib/contracts/bots'

/** Marked rows that can be restored together: of the same reasons and the same browser, whatever the system. */
export type RestorableGroup = Omit<BotGroup, 'os'> & {
  /** Unique among the groups. */
  key: string
  systems: readonly string[]
}

/** Merges groups that differ by their system alone, because rows are restored by reasons and browser. The largest first. */
export function groupBots(groups: readonly BotGroup[]): RestorableGroup[] {
  const merged = new Map<string, RestorableGroup>()
  for (const { reasons, browser, os, rows, firstMs, lastMs } of groups) {
    const key = JSON.stringify([[...reasons].sort(), browser])
    const known = merged.get(key)
    const systems = new Set([...(known?.systems ?? []), ...(os === null ? [] : [os])])
    merged.set(key, {
      key,
      reasons,
      browser,
      systems: [...systems].sort(),
      rows: rows + (known?.rows ?? 0),
      firstMs: Math.min(firstMs, known?.firstMs ?? firstMs),
      lastMs: Math.max(lastMs, known?.lastMs ?? lastMs),
    })
  }
  return [...merged.values()].sort((a, b) => b.rows - a.rows)
}
