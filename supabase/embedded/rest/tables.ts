import type { Request } from '../answer.ts'
import type { Column, Table } from './catalog.ts'
import { type BodyShape, type Plan, toAnswerSql } from './plan.ts'
import type { Preferences } from './preferences.ts'
import { parseNames, parseRowQuery, type RowQuery } from './query.ts'
import { parseError, RestError } from './rest-error.ts'
import {
  Params,
  quoteName,
  quoteText,
  type Source,
  toBaseColumns,
  toOrderBy,
  toPage,
  toSelectList,
  toWhere,
} from './sql.ts'

type Options = { readonly preferences: Preferences; readonly wantsOne: boolean }

/** The statement for a request on a table or view. Throws RestError for what cannot be asked. */
export function planTable(request: Request, table: Table, options: Options): Plan {
  const query = parseRowQuery(request.query)
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return planRead(table, query, options)
    case 'POST':
      return planInsert(request, table, query, options)
    case 'PATCH':
      return planUpdate(request, table, query, options)
    case 'DELETE':
      return planDelete(table, query, options)
    default:
      throw new RestError(405, 'PGRST117', `Unsupported HTTP method: ${request.method}`)
  }
}

function planRead(table: Table, query: RowQuery, { preferences, wantsOne }: Options): Plan {
  const source: Source = { sqlName: quoteName(table.name), table }
  const params = new Params()
  const from = `from ${toSqlTable(table)}${toWhere(source, query.conditions, params)}`
  const rows = `select ${toSelectList(source, query)} ${from}${toOrderBy(source, query.order)}${toPage(query)}`
  const total = preferences.wantsCount ? `(select count(*)::text ${from})` : null
  const shape = wantsOne ? 'one_row' : 'rows'
  return {
    sql: `with pgrst_shown as (${rows}) ${toAnswerSql(shape, total)}`,
    params: params.values,
    isReadOnly: true,
    statementTimeout: null,
    kind: 'read',
    shape,
    offset: query.offset,
    preferences,
  }
}

function planInsert(request: Request, table: Table, query: RowQuery, options: Options): Plan {
  const columns = toWrittenColumns(request, table)
  const params = new Params()
  const names = columns.map(({ name }) => quoteName(name)).join(', ')
  const rows = columns.length
    ? `(${names}) select ${names} from ${toRecords(params.add(request.body), columns, options.preferences.isMissingDefault)}`
    : toEmptyRows(request)
  const conflict = toConflict(request, table, columns, options.preferences)
  return planWrite('insert', `insert into ${toSqlTable(table)} ${rows}${conflict}`, { table, query, options, params })
}

function planUpdate(request: Request, table: Table, query: RowQuery, options: Options): Plan {
  assertNarrowed(query, 'UPDATE')
  const columns = toWrittenColumns(request, table)
  const source: Source = { sqlName: quoteName(table.name), table }
  const params = new Params()
  if (columns.length === 0) {
    // Nothing to set changes nothing, and still needs the right to change something.
    const [first] = table.columns.keys()
    const nothing = `update ${toSqlTable(table)} set ${quoteName(first ?? '')} = default where false`
    return planWrite('update', nothing, { table, query, options, params })
  }
  const records = toRecords(params.add(request.body), columns, false)
  const where = toWhere(source, query.conditions, params)
  const sets = columns.map(({ name }) => `${quoteName(name)} = pgrst_body.${quoteName(name)}`)
  const statement = `update ${toSqlTable(table)} set ${sets.join(', ')} from ${records}${where}`
  return planWrite('update', statement, { table, query, options, params })
}

function planDelete(table: Table, query: RowQuery, options: Options): Plan {
  assertNarrowed(query, 'DELETE')
  const source: Source = { sqlName: quoteName(table.name), table }
  const params = new Params()
  const statement = `delete from ${toSqlTable(table)}${toWhere(source, query.conditions, params)}`
  return planWrite('delete', statement, { table, query, options, params })
}

/** Supabase loads `safeupdate`, so that a forgotten filter does not empty a table. */
function assertNarrowed(query: RowQuery, what: 'UPDATE' | 'DELETE'): void {
  if (query.limit !== null || query.offset > 0) throw parseError('limit', `no limit on ${what}`)
  if (query.conditions.length === 0) throw new RestError(400, '21000', `${what} requires a WHERE clause`)
}

type Written = { table: Table; query: RowQuery; options: Options; params: Params }

function planWrite(kind: 'insert' | 'update' | 'delete', statement: string, written: Written): Plan {
  const { table, query, params } = written
  const { preferences, wantsOne } = written.options
  const shape: BodyShape = !preferences.wantsRows ? 'none' : wantsOne ? 'one_row' : 'rows'
  const returned = preferences.wantsRows ? toReturning(table, query) : '1'
  const source: Source = { sqlName: 'pgrst_written', table }
  const shown = preferences.wantsRows
    ? `select ${toSelectList(source, query)} from pgrst_written${toOrderBy(source, query.order)}`
    : 'select from pgrst_written'
  return {
    sql: `with pgrst_written as (${statement} returning ${returned}), pgrst_shown as (${shown}) ${toAnswerSql(shape, null)}`,
    params: params.values,
    isReadOnly: false,
    statementTimeout: null,
    kind,
    shape,
    offset: 0,
    preferences,
  }
}

/** Only what is shown, because `returning` needs the right to read each column it names. */
function toReturning(table: Table, query: RowQuery): string {
  const name = quoteName(table.name)
  const columns = toBaseColumns(query)
  return columns ? columns.map((column) => `${name}.${quoteName(column)}`).join(', ') : `${name}.*`
}

function toSqlTable(table: Table): string {
  return `"public".${quoteName(table.name)}`
}

/** The columns a body writes: those of the parameter `columns`, else the keys, which all objects must share. */
function toWrittenColumns(request: Request, table: Table): Column[] {
  const given = request.query.get('columns')
  const names = given === null ? readKeys(request.body) : parseNames(given)
  return names.map((name) => {
    const column = table.columns.get(name)
    if (column) return column
    throw new RestError(400, 'PGRST204', `Could not find the '${name}' column of '${table.name}' in the schema cache`)
  })
}

function readKeys(body: string): string[] {
  const rows = parseBody(body)
  const [first, ...rest] = Array.isArray(rows) ? rows : [rows]
  if (first === undefined) return []
  const names = Object.keys(first as object)
  const isSame = rest.every((row) => {
    const keys = Object.keys(row as object)
    return keys.length === names.length && keys.every((key) => names.includes(key))
  })
  if (!isSame) throw new RestError(400, 'PGRST102', 'All object keys must match')
  return names
}

function parseBody(body: string): unknown {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    throw new RestError(400, 'PGRST102', 'Empty or invalid json')
  }
  const rows = Array.isArray(parsed) ? parsed : [parsed]
  if (rows.some((row) => typeof row !== 'object' || row === null || Array.isArray(row))) {
    throw new RestError(400, 'PGRST102', 'Empty or invalid json')
  }
  return parsed
}

/** The body's objects as rows `pgrst_body` with the types of the columns; the text goes to Postgres as it came. */
function toRecords(payload: string, columns: readonly Column[], isMissingDefault: boolean): string {
  const json = `${payload}::text::json`
  const list = `case json_typeof(${json}) when 'array' then ${json} else json_build_array(${json}) end`
  const types = columns.map(({ name, type }) => `${quoteName(name)} ${type}`).join(', ')
  const defaults = columns.flatMap(({ name, defaultSql }) =>
    isMissingDefault && defaultSql ? [`${quoteText(name)}, ${defaultSql}`] : [],
  )
  if (defaults.length === 0) return `json_to_recordset(${list}) as pgrst_body (${types})`
  const filled = `select jsonb_build_object(${defaults.join(', ')}) || each_row::jsonb as filled from json_array_elements(${list}) as each_row`
  return `(${filled}) as pgrst_filled, lateral jsonb_to_record(pgrst_filled.filled) as pgrst_body (${types})`
}

/** Objects without any key: one row of defaults each, `[]` none. */
function toEmptyRows({ body }: Request): string {
  const rows = parseBody(body)
  const count = Array.isArray(rows) ? rows.length : 1
  if (count === 1) return 'default values'
  if (count === 0) return 'select where false'
  throw new RestError(400, 'PGRST102', 'Several objects without any key cannot be inserted at once')
}

function toConflict(request: Request, table: Table, columns: readonly Column[], preferences: Preferences): string {
  const given = request.query.get('on_conflict')
  if (!preferences.resolution) return ''
  const target = given === null ? table.primaryKey : parseNames(given)
  if (target.length === 0) return ''
  const sets = columns.map(({ name }) => `${quoteName(name)} = excluded.${quoteName(name)}`)
  const isIgnored = preferences.resolution === 'ignore-duplicates' || sets.length === 0
  return ` on conflict (${target.map(quoteName).join(', ')}) do ${isIgnored ? 'nothing' : `update set ${sets.join(', ')}`}`
}
