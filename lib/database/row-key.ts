/** The key of a row in the raw tables, besides its project: what a page begins after. */
export type RowKey = { timestamp: number; actor_id: string; id: string }

/** The text that stands for a key in addresses: `<ms>,<actor>,<id>`. Null for none. */
export function toCursor(key: RowKey | null): string | null {
  return key && `${key.timestamp},${key.actor_id},${key.id}`
}

/** The key that a text stands for, which a contract has checked; null for none. */
export function parseCursor(cursor: string | undefined): RowKey | null {
  if (cursor === undefined) return null
  const [timestamp, actor_id = '', id = ''] = cursor.split(',')
  return { timestamp: Number(timestamp), actor_id, id }
}
