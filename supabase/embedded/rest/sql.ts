import type { Table } from './catalog.ts'
import {
  type ColumnPath,
  type Condition,
  type Filter,
  type OrderTerm,
  parseList,
  type RowQuery,
  SQL_OPERATORS,
} from './query.ts'
import { parseError, RestError } from './rest-error.ts'

/** Supabase's `db-max-rows`: no answer holds more rows. */
export const ROWS_MAX = 1_000

/** A name as SQL takes it literally, whatever it contains. */
export function quoteName(name: string): string {
  if (name.includes('\0')) throw parseError('name', name)
  return `"${name.replaceAll('"', '""')}"`
}

/** A text as an SQL string constant: for keys of JSON paths, which stand where `order by` takes no parameter. */
export function quoteText(text: string): string {
  if (text.includes('\0')) throw parseError('name', text)
  return `'${text.replaceAll("'", "''")}'`
}

/** A Postgres array literal of texts. Source: https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function toArrayLiteral(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`
}

/** Collects the parameters of one statement; values never become SQL text. */
export class Params {
  readonly values: (string | null)[] = []

  /** The placeholder for a value. */
  add(value: string | null): string {
    this.values.push(value)
    return `$${this.values.length}`
  }
}

/** Where columns are read from: the SQL name of the row source, and what is known of its columns (null: nothing). */
export type Source = { readonly sqlName: string; readonly table: Table | null }

function toColumn(source: Source, { column, steps }: ColumnPath): string {
  const base = `${source.sqlName}.${quoteName(column)}`
  if (steps.length === 0) return base
  const isJson = /^jsonb?$/.test(source.table?.columns.get(column)?.type ?? '')
  const path = steps.map(
    ({ key, isText }) => `${isText ? '->>' : '->'} ${/^-?\d{1,9}$/.test(key) ? key : quoteText(key)}`,
  )
  return `(${isJson ? base : `to_jsonb(${base})`} ${path.join(' ')})`
}

/** Types that `column::type` may name; a fixed list, because a type cannot be a parameter. */
const CASTS = new Set(
  'text varchar int int2 int4 int8 integer smallint bigint numeric decimal real float4 float8 bool boolean uuid json jsonb date time timestamp timestamptz interval'
    .split(' ')
    .flatMap((type) => [type, `${type}[]`])
    .concat('double precision', 'timestamp with time zone'),
)

/** The list of `select`, each value under the name that the client reads it by. */
export function toSelectList(source: Source, { select }: RowQuery): string {
  return select
    .map((item) => {
      if (item.kind === 'all') return `${source.sqlName}.*`
      if (item.cast && !CASTS.has(item.cast)) throw new RestError(400, '42704', `type "${item.cast}" does not exist`)
      const value = toColumn(source, item.path)
      const name = item.alias ?? toKeyName(item.path)
      return `${item.cast ? `cast(${value} as ${item.cast})` : value} as ${quoteName(name)}`
    })
    .join(', ')
}

/** A JSON path is named after its last key that is no array index. */
function toKeyName({ column, steps }: ColumnPath): string {
  return steps.findLast(({ key }) => !/^-?\d+$/.test(key))?.key ?? column
}

/** The base columns that a select list needs, for `returning`; null for all. */
export function toBaseColumns({ select, order }: RowQuery): string[] | null {
  const names = new Set<string>()
  for (const item of select) {
    if (item.kind === 'all') return null
    names.add(item.path.column)
  }
  for (const { path } of order) names.add(path.column)
  return [...names]
}

/** ` where …`, or nothing. */
export function toWhere(source: Source, conditions: readonly Condition[], params: Params): string {
  if (conditions.length === 0) return ''
  return ` where ${conditions.map((condition) => toCondition(source, condition, params)).join(' and ')}`
}

function toCondition(source: Source, condition: Condition, params: Params): string {
  if (condition.kind === 'filter') return toFilter(source, condition, params)
  const parts = condition.conditions.map((each) => toCondition(source, each, params))
  return `${condition.isNegated ? 'not ' : ''}(${parts.join(` ${condition.kind} `)})`
}

function toFilter(source: Source, filter: Filter, params: Params): string {
  const column = toColumn(source, filter.path)
  return filter.isNegated ? `not (${toTest(column, filter, params)})` : toTest(column, filter, params)
}

const IS_VALUES = new Map([
  ['null', 'is null'],
  ['not_null', 'is not null'],
  ['true', 'is true'],
  ['false', 'is false'],
  ['unknown', 'is unknown'],
])

function toTest(column: string, { operator, quantifier, value }: Filter, params: Params): string {
  if (operator === 'is') {
    const test = IS_VALUES.get(value.toLowerCase())
    if (!test) throw parseError('filter', `is.${value}`)
    return `${column} ${test}`
  }
  if (operator === 'in') return `${column} = any (${params.add(toArrayLiteral(parseList(value)))})`
  const sql = SQL_OPERATORS[operator]
  // `*` stands for `%`, which would need escaping in a URL.
  const text = operator === 'like' || operator === 'ilike' ? value.replaceAll('*', '%') : value
  if (quantifier) return `${column} ${sql} ${quantifier} (${params.add(text)})`
  return `${column} ${sql} ${params.add(text)}`
}

/** ` order by …`, or nothing. */
export function toOrderBy(source: Source, order: readonly OrderTerm[]): string {
  if (order.length === 0) return ''
  const terms = order.map(({ path, direction, nulls }) =>
    [toColumn(source, path), direction, nulls && `nulls ${nulls}`].filter(Boolean).join(' '),
  )
  return ` order by ${terms.join(', ')}`
}

/** ` limit … offset …` with the cap on rows applied. */
export function toPage({ limit, offset }: RowQuery): string {
  return ` limit ${Math.min(limit ?? ROWS_MAX, ROWS_MAX)} offset ${offset}`
}
