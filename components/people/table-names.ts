/** Tables in the reader's words; the name in the store stands beside it. */
const NAMES: Readonly<Record<string, string>> = {
  user_events: 'Events',
  conversions: 'Conversions',
  identifications: 'Identifications',
  performance_metrics: 'Web vitals',
  ai_performance_metrics: 'AI calls',
  database_performance_metrics: 'Database queries',
  user_profiles: 'Profile',
  actor_person: 'Links between devices',
  dead_letters: 'Dead letters',
  spill: 'Waiting in Redis',
}

/** A table's name for people; one this page does not know is its own. */
export function toTableName(table: string): string {
  return Object.hasOwn(NAMES, table) ? (NAMES[table] as string) : table
}

/** The sum over all tables. */
export function sumRows(rows: Readonly<Record<string, number>>): number {
  return Object.values(rows).reduce((sum, count) => sum + count, 0)
}
