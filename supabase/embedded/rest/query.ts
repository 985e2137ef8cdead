import { parseError, RestError } from './rest-error.ts'

/** A column, or a place inside a JSON one: `data->a->>b`. */
export type ColumnPath = {
  readonly column: string
  readonly steps: readonly { readonly key: string; readonly isText: boolean }[]
}
export type SelectItem =
  | { readonly kind: 'all' }
  | { readonly kind: 'column'; readonly path: ColumnPath; readonly alias: string | null; readonly cast: string | null }
export type Filter = {
  readonly kind: 'filter'
  readonly path: ColumnPath
  readonly isNegated: boolean
  readonly operator: FilterOperator
  readonly quantifier: 'any' | 'all' | null
  readonly value: string
}
export type Condition =
  | Filter
  | {
      readonly kind: 'and' | 'or'
      readonly isNegated: boolean
      readonly conditions: readonly Condition[]
    }
export type OrderTerm = {
  readonly path: ColumnPath
  readonly direction: 'asc' | 'desc' | null
  readonly nulls: 'first' | 'last' | null
}
/** Which rows and columns a request wants; everything from the query string that is no function argument. */
export type RowQuery = {
  readonly select: readonly SelectItem[]
  readonly conditions: readonly Condition[]
  readonly order: readonly OrderTerm[]
  readonly limit: number | null
  readonly offset: number
}

/** The operators that take one value, and the SQL they stand for. `is` and `in` have rules of their own. */
export const SQL_OPERATORS = {
  eq: '=',
  neq: '<>',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  like: 'like',
  ilike: 'ilike',
  match: '~',
  imatch: '~*',
  isdistinct: 'is distinct from',
  cs: '@>',
  cd: '<@',
  ov: '&&',
  sl: '<<',
  sr: '>>',
  nxl: '&>',
  nxr: '&<',
  adj: '-|-',
} as const
export type FilterOperator = keyof typeof SQL_OPERATORS | 'is' | 'in'

const QUANTIFIABLE = new Set(['eq', 'gt', 'gte', 'lt', 'lte', 'like', 'ilike', 'match', 'imatch'])
/** Names of parameters that are no filters. */
const RESERVED = new Set(['select', 'order', 'limit', 'offset', 'columns', 'on_conflict', 'apikey'])

/** Reads select, filters, order, limit and offset. Throws RestError PGRST100 for what is no query. */
export function parseRowQuery(params: URLSearchParams): RowQuery {
  const conditions: Condition[] = []
  for (const [name, value] of params) {
    if (RESERVED.has(name)) continue
    const logic = /^(not\.)?(and|or)$/.exec(name)
    conditions.push(
      logic ? parseLogicParam(logic[2] as 'and' | 'or', logic[1] !== undefined, value) : parseFilter(name, value),
    )
  }
  return {
    select: parseSelect(params.get('select') ?? '*'),
    conditions,
    order: parseOrder(params.get('order') ?? ''),
    limit: parseCount('limit', params.get('limit')),
    offset: parseCount('offset', params.get('offset')) ?? 0,
  }
}

/** Column names separated by commas, each perhaps in double quotes: `columns` and `on_conflict`. */
export function parseNames(text: string): string[] {
  const reader = new Reader(text, 'columns')
  if (text.trim() === '') return []
  const names = [reader.readName()]
  while (reader.take(',')) names.push(reader.readName())
  reader.expectEnd()
  return [...new Set(names)]
}

function parseCount(what: string, text: string | null): number | null {
  if (text === null || text === '') return null
  if (!/^\d{1,15}$/.test(text)) throw parseError(what, text)
  return Number(text)
}

function parseSelect(text: string): SelectItem[] {
  if (text.trim() === '') return [{ kind: 'all' }]
  const reader = new Reader(text, 'select parameter')
  const items = [readSelectItem(reader)]
  while (reader.take(',')) items.push(readSelectItem(reader))
  reader.expectEnd()
  return items
}

function readSelectItem(reader: Reader): SelectItem {
  reader.skipSpace()
  if (reader.take('*')) return { kind: 'all' }
  if (reader.take('...')) throw unknownRelation(reader.readName())
  let alias: string | null = null
  let path = reader.readPath()
  if (reader.isAt(':') && !reader.isAt('::')) {
    reader.take(':')
    alias = path.column
    path = reader.readPath()
  }
  if (reader.isAt('(') || reader.isAt('!'))
    throw path.column === 'count' ? noAggregates() : unknownRelation(path.column)
  if (/^\.(avg|count|max|min|sum)\(\)/.test(reader.rest)) throw noAggregates()
  const cast = reader.take('::') ? reader.readType() : null
  return { kind: 'column', path, alias, cast }
}

function noAggregates(): RestError {
  return new RestError(400, 'PGRST123', 'Use of aggregate functions is not allowed')
}

function unknownRelation(name: string): RestError {
  return new RestError(400, 'PGRST200', `Could not find a relationship to '${name}' in the schema cache`, {
    details: 'This server joins nothing: read from a view or call a function instead.',
  })
}

function parseFilter(name: string, text: string): Filter {
  const reader = new Reader(name, 'filter')
  const path = reader.readPath()
  if (reader.isAt('.')) {
    throw new RestError(400, 'PGRST108', `'${path.column}' is not an embedded resource in this request`, {
      hint: `Verify that '${path.column}' is included in the 'select' query parameter.`,
    })
  }
  reader.expectEnd()
  const { length, ...operation } = readOperation(text)
  return { kind: 'filter', path, ...operation, value: text.slice(length) }
}

/** `not.eq(any).` and the like; `length` says where the value begins. */
function readOperation(text: string): Pick<Filter, 'isNegated' | 'operator' | 'quantifier'> & { length: number } {
  const match = /^(not\.)?([a-z]+)(?:\((any|all)\))?\./.exec(text)
  const operator = match?.[2] ?? ''
  const isKnown = operator === 'is' || operator === 'in' || Object.hasOwn(SQL_OPERATORS, operator)
  if (!match || !isKnown || (match[3] && !QUANTIFIABLE.has(operator))) throw parseError('filter', text)
  return {
    isNegated: match[1] !== undefined,
    operator: operator as FilterOperator,
    quantifier: (match[3] as 'any' | 'all' | undefined) ?? null,
    length: match[0].length,
  }
}

function parseLogicParam(kind: 'and' | 'or', isNegated: boolean, text: string): Condition {
  const reader = new Reader(text, 'logic tree')
  const conditions = readConditions(reader)
  reader.expectEnd()
  return { kind, isNegated, conditions }
}

function readConditions(reader: Reader): Condition[] {
  reader.expect('(')
  const conditions = [readCondition(reader)]
  while (reader.take(',')) conditions.push(readCondition(reader))
  reader.expect(')')
  return conditions
}

function readCondition(reader: Reader): Condition {
  reader.skipSpace()
  const logic = reader.takeMatch(/(not\.)?(and|or)(?=\()/y)
  if (logic)
    return { kind: logic[2] as 'and' | 'or', isNegated: logic[1] !== undefined, conditions: readConditions(reader) }
  const path = reader.readPath()
  reader.expect('.')
  const { length, ...operation } = readOperation(reader.rest)
  reader.skip(length)
  const value = operation.operator === 'in' ? reader.readParenthesised() : reader.readLogicValue()
  return { kind: 'filter', path, ...operation, value }
}

function parseOrder(text: string): OrderTerm[] {
  if (text.trim() === '') return []
  const reader = new Reader(text, 'order')
  const terms = [readOrderTerm(reader)]
  while (reader.take(',')) terms.push(readOrderTerm(reader))
  reader.expectEnd()
  return terms
}

function readOrderTerm(reader: Reader): OrderTerm {
  const path = reader.readPath()
  const direction = reader.takeMatch(/\.(asc|desc)(?=[.,]|$)/y)?.[1] ?? null
  const nulls = reader.takeMatch(/\.nulls(first|last)(?=,|$)/y)?.[1] ?? null
  return { path, direction: direction as OrderTerm['direction'], nulls: nulls as OrderTerm['nulls'] }
}

/** The values of `in.(a,"b,c",d)`. Throws RestError PGRST100 when the parentheses are missing. */
export function parseList(text: string): string[] {
  if (!text.startsWith('(') || !text.endsWith(')')) throw parseError('filter', `in.${text}`)
  const inner = text.slice(1, -1)
  if (inner === '') return []
  const values: string[] = []
  const reader = new Reader(inner, 'filter')
  do values.push(reader.readListValue())
  while (reader.take(','))
  reader.expectEnd()
  return values
}

/** Reads a text from left to right; throws PGRST100 where it cannot go on. */
class Reader {
  private readonly text: string
  private readonly what: string
  private at = 0

  constructor(text: string, what: string) {
    this.text = text
    this.what = what
  }

  get rest(): string {
    return this.text.slice(this.at)
  }

  isAt(token: string): boolean {
    return this.text.startsWith(token, this.at)
  }

  skip(length: number): void {
    this.at += length
  }

  skipSpace(): void {
    this.takeMatch(/\s*/y)
  }

  take(token: string): boolean {
    if (!this.isAt(token)) return false
    this.at += token.length
    return true
  }

  takeMatch(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.at
    const match = sticky.exec(this.text)
    if (match) this.at += match[0].length
    return match
  }

  expect(token: string): void {
    if (!this.take(token)) throw this.fault()
  }

  expectEnd(): void {
    if (this.at < this.text.length) throw this.fault()
  }

  /** A bare or a double-quoted name. */
  readName(): string {
    this.skipSpace()
    const quoted = this.readQuoted()
    if (quoted !== null) return quoted
    const name = this.takeMatch(/(?:[^.,:()"!&\s*=>-]|-(?!>)|[ ](?=[^\s.,:()]))+/y)?.[0].trim()
    if (!name) throw this.fault()
    this.skipSpace()
    return name
  }

  readPath(): ColumnPath {
    const column = this.readName()
    const steps: { key: string; isText: boolean }[] = []
    for (let arrow = this.takeMatch(/->>?/y); arrow; arrow = this.takeMatch(/->>?/y)) {
      steps.push({ key: this.readName(), isText: arrow[0] === '->>' })
    }
    return { column, steps }
  }

  readType(): string {
    const type = this.takeMatch(/[a-z][a-z0-9_ ]*(\[\])?/iy)?.[0]
    if (!type) throw this.fault()
    return type.trim().toLowerCase()
  }

  /** `(…)` up to the parenthesis that closes it, quotes respected. */
  readParenthesised(): string {
    const from = this.at
    this.expect('(')
    while (!this.isAt(')')) {
      if (this.readQuoted() === null && !this.takeMatch(/[^")]/y)) throw this.fault()
    }
    this.expect(')')
    return this.text.slice(from, this.at)
  }

  /** A value inside or(…): quoted, an array or object in braces or brackets, or plain up to the next comma or parenthesis. */
  readLogicValue(): string {
    const from = this.at
    const quoted = this.readQuoted()
    if (quoted !== null && (this.isAt(',') || this.isAt(')'))) return quoted
    this.at = from
    if (this.isAt('{') || this.isAt('[')) return this.readBalanced()
    return this.takeMatch(/[^,)]*/y)?.[0] ?? ''
  }

  readListValue(): string {
    const from = this.at
    const quoted = this.readQuoted()
    if (quoted !== null && (this.isAt(',') || this.at === this.text.length)) return quoted
    this.at = from
    return this.takeMatch(/[^,]*/y)?.[0] ?? ''
  }

  private readQuoted(): string | null {
    const match = this.takeMatch(/"((?:[^"\\]|\\[\s\S])*)"/y)
    return match ? (match[1] as string).replace(/\\([\s\S])/g, '$1') : null
  }

  private readBalanced(): string {
    const from = this.at
    let depth = 0
    do {
      if (this.readQuoted() !== null) continue
      const found = this.takeMatch(/[\s\S]/y)?.[0]
      if (found === undefined) throw this.fault()
      if (found === '{' || found === '[') depth += 1
      if (found === '}' || found === ']') depth -= 1
    } while (depth > 0)
    return this.text.slice(from, this.at)
  }

  private fault(): RestError {
    return parseError(this.what, this.text)
  }
}
