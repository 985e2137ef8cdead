import type { Preferences } from './preferences.ts'

/** How rows become the body: an array of them, the only one of them, or the bare value of a function. */
export type BodyShape = 'rows' | 'one_row' | 'values' | 'one_value' | 'none'

/**
 * One statement for one request. It gives one row: `body` (JSON text or null), `shown` (rows in the body or rows written)
 * and `total` (rows there are without limit, when the client asked for the count).
 */
export type Plan = {
  readonly sql: string
  readonly params: readonly (string | null)[]
  readonly isReadOnly: boolean
  /** A function's own `set statement_timeout`, which replaces the default. */
  readonly statementTimeout: string | null
  readonly kind: 'read' | 'insert' | 'update' | 'delete' | 'call'
  readonly shape: BodyShape
  readonly offset: number
  readonly preferences: Preferences
}

const BODIES: Record<BodyShape, string> = {
  rows: "coalesce(json_agg(pgrst_shown), '[]')::text",
  one_row: "coalesce((json_agg(pgrst_shown) -> 0)::text, 'null')",
  values: "coalesce(json_agg(pgrst_shown.pgrst_scalar), '[]')::text",
  one_value: "coalesce((json_agg(pgrst_shown.pgrst_scalar) -> 0)::text, 'null')",
  none: 'null::text',
}

/** The outermost select, over the CTE `pgrst_shown`; `totalSql` counts without the limit. */
export function toAnswerSql(shape: BodyShape, totalSql: string | null): string {
  return `select ${BODIES[shape]} as body, count(*)::int as shown, ${totalSql ?? 'null::text'} as total from pgrst_shown`
}
