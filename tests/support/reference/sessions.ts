/**
 * Sessions of people, cut after 30 idle minutes, one row after the other: nothing here is shared with the SQL.
 */
export type Seen = {
  id: string
  actor: string
  /** Whom the row counts for; null under Global Privacy Control. */
  person: string | null
  session: string | null
  timestamp: number
  event: string
  route: string | null
  referrer: string | null
  device: string | null
  isBot: boolean
}
export type Visit = { person: string; rows: readonly Seen[] }

const IDLE_MS = 30 * 60_000

/** The sessions that began in `[from, to)`, each with its rows before `to`, in order. Bots are in none. */
export function toVisits(rows: readonly Seen[], from: number, to: number): Visit[] {
  const ordered = rows
    .filter(({ person, session, isBot }) => person !== null && session !== null && !isBot)
    .toSorted((a, b) => a.timestamp - b.timestamp || (a.id < b.id ? -1 : 1))
  const open = new Map<string, Seen[]>()
  const visits: Seen[][] = []
  for (const row of ordered) {
    const key = `${row.person}\n${row.session}`
    const last = open.get(key)
    if (last && row.timestamp - (last.at(-1) as Seen).timestamp <= IDLE_MS) last.push(row)
    else {
      const visit = [row]
      open.set(key, visit)
      visits.push(visit)
    }
  }
  return visits
    .map((visit) => visit.filter(({ timestamp }) => timestamp < to))
    .filter(([first]) => first !== undefined && first.timestamp >= from)
    .map((visit) => ({ person: (visit[0] as Seen).person as string, rows: visit }))
}

/** Whether the filter keeps a session: one of its rows passes. */
export function isKept({ rows }: Visit, filter: Readonly<Partial<Record<'route' | 'device', string>>>): boolean {
  return rows.some((row) => Object.entries(filter).every(([key, value]) => row[key as keyof typeof filter] === value))
}
