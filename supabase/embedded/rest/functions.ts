import type { Request } from '../answer.ts'
import type { Argument, DatabaseFunction } from './catalog.ts'
import { readTopLevelKeys } from './json-keys.ts'
import { type BodyShape, type Plan, toAnswerSql } from './plan.ts'
import type { Preferences } from './preferences.ts'
import { parseRowQuery } from './query.ts'
import { RestError } from './rest-error.ts'
import { Params, quoteName, quoteText, type Source, toOrderBy, toPage, toSelectList, toWhere } from './sql.ts'

type Options = { readonly preferences: Preferences; readonly wantsOne: boolean }

/** The statement for a call of `/rpc/<name>`. Throws RestError PGRST202 when no overload takes the arguments. */
export function planCall(
  request: Request,
  name: string,
  overloads: readonly DatabaseFunction[],
  options: Options,
): Plan {
  if (!['GET', 'HEAD', 'POST'].includes(request.method)) {
    throw new RestError(405, 'PGRST101', `Cannot use the ${request.method} method on RPC`)
  }
  const isPost = request.method === 'POST'
  const names = isPost ? readTopLevelKeys(request.body) : toQueryArguments(request.query, overloads)
  if (names === null) throw new RestError(400, 'PGRST102', 'Empty or invalid json')
  const callee = chooseOverload(name, overloads, names)
  const params = new Params()
  const args = isPost ? toBodyArguments(callee, names, params, request.body) : toTextArguments(callee, request, params)
  return planCallee(callee, args, params, { request, options, isReadOnly: !isPost || !callee.isVolatile })
}

type Arguments = { readonly list: string; readonly isPayload: boolean }

function planCallee(
  callee: DatabaseFunction,
  args: Arguments,
  params: Params,
  { request, options, isReadOnly }: { request: Request; options: Options; isReadOnly: boolean },
): Plan {
  const { preferences, wantsOne } = options
  const query = parseRowQuery(withoutArguments(request.query, request.method === 'POST' ? null : callee))
  const source: Source = { sqlName: 'pgrst_called', table: null }
  const call = `"public".${quoteName(callee.name)}(${args.list})`
  const isShaped = callee.returnsRows
  const called = isShaped
    ? `select pgrst_row.* from ${args.isPayload ? 'pgrst_args, lateral ' : ''}${call} as pgrst_row`
    : `select pgrst_row.pgrst_scalar from ${args.isPayload ? 'pgrst_args, lateral ' : ''}${call} as pgrst_row (pgrst_scalar)`
  const where = toWhere(source, query.conditions, params)
  const page = callee.returnsSet ? toPage(query) : ''
  const columns = isShaped ? toSelectList(source, query) : 'pgrst_called.pgrst_scalar'
  const shown = `select ${columns} from pgrst_called${where}${toOrderBy(source, query.order)}${page}`
  const total = preferences.wantsCount && callee.returnsSet ? `(select count(*)::text from pgrst_called${where})` : null
  const shape = toShape(callee, wantsOne)
  const payload = args.isPayload ? 'pgrst_args as materialized (select $1::text::jsonb as body), ' : ''
  return {
    sql: `with ${payload}pgrst_called as (${called}), pgrst_shown as (${shown}) ${toAnswerSql(shape, total)}`,
    params: params.values,
    isReadOnly,
    statementTimeout: callee.statementTimeout,
    kind: 'call',
    shape,
    offset: query.offset,
    preferences,
  }
}

function toShape({ returnsVoid, returnsRows, returnsSet }: DatabaseFunction, wantsOne: boolean): BodyShape {
  if (returnsVoid) return 'none'
  const isOne = !returnsSet || wantsOne
  if (returnsRows) return isOne ? 'one_row' : 'rows'
  return isOne ? 'one_value' : 'values'
}

/** In a GET each parameter that some overload takes is an argument, the others are filters. */
function toQueryArguments(query: URLSearchParams, overloads: readonly DatabaseFunction[]): string[] {
  const known = new Set(overloads.flatMap(({ args }) => args.map((arg) => arg.name)))
  return [...new Set(query.keys())].filter((name) => known.has(name))
}

function withoutArguments(query: URLSearchParams, callee: DatabaseFunction | null): URLSearchParams {
  const names = new Set(callee?.args.map((arg) => arg.name))
  return new URLSearchParams([...query].filter(([name]) => !names.has(name)))
}

/** The one overload that has all the given names and whose other arguments have defaults. */
function chooseOverload(
  name: string,
  overloads: readonly DatabaseFunction[],
  names: readonly string[],
): DatabaseFunction {
  const fitting = overloads.filter(({ args }) => {
    const known = new Set(args.map((arg) => arg.name))
    return names.every((each) => known.has(each)) && args.every((arg) => !arg.isRequired || names.includes(arg.name))
  })
  const [first, second] = fitting
  if (!first) throw unknownFunction(name, names)
  if (second) {
    const shown = fitting.map(
      ({ args }) => `public.${name}(${args.map((arg) => `${arg.name} => ${arg.type}`).join(', ')})`,
    )
    throw new RestError(300, 'PGRST203', `Could not choose the best candidate function between: ${shown.join(', ')}`, {
      hint: 'Try renaming the parameters or the function itself in the database so function overloading can be resolved',
    })
  }
  return first
}

/** PostgREST's answer to a function that its schema cache does not have. */
function unknownFunction(name: string, names: readonly string[]): RestError {
  const signature = names.length > 0 ? `public.${name}(${names.join(', ')})` : `public.${name} without parameters`
  const searched =
    names.length > 0
      ? `with parameters ${names.join(', ')} or with a single unnamed json/jsonb parameter`
      : 'without parameters or with a single unnamed json/jsonb parameter'
  return new RestError(404, 'PGRST202', `Could not find the function ${signature} in the schema cache`, {
    details: `Searched for the function public.${name} ${searched}, but no matches were found in the schema cache.`,
  })
}

/** Types that a JSON value becomes by its text; all others go through jsonb_to_record. */
const TEXT_TYPES = new Set([
  'text',
  'character varying',
  'integer',
  'bigint',
  'smallint',
  'numeric',
  'real',
  'double precision',
  'boolean',
  'uuid',
  'date',
  'timestamp with time zone',
  'timestamp without time zone',
  'interval',
])

/**
 * Arguments taken from the body, which Postgres parses once and we not at all: a batch of events in an argument of type jsonb
 * goes through as it is. JSON null is SQL null, as in PostgREST.
 */
function toBodyArguments(
  { args }: DatabaseFunction,
  names: readonly string[],
  params: Params,
  body: string,
): Arguments {
  if (names.length === 0) return { list: '', isPayload: false }
  params.add(body)
  const given = args.filter((arg) => names.includes(arg.name))
  return { list: given.map((arg) => toNamed(arg, toBodyValue(arg))).join(', '), isPayload: true }
}

function toBodyValue({ name, type }: Argument): string {
  if (type === 'jsonb') return `nullif(pgrst_args.body -> ${quoteText(name)}, 'null'::jsonb)`
  if (TEXT_TYPES.has(type)) return `(pgrst_args.body ->> ${quoteText(name)})::${type}`
  const column = quoteName(name)
  return `(select pgrst_value.${column} from jsonb_to_record(pgrst_args.body) as pgrst_value (${column} ${type}))`
}

function toTextArguments({ args }: DatabaseFunction, request: Request, params: Params): Arguments {
  const given = args.filter((arg) => request.query.has(arg.name))
  const list = given.map((arg) => toNamed(arg, `${params.add(request.query.get(arg.name))}::${arg.type}`))
  return { list: list.join(', '), isPayload: false }
}

function toNamed({ name, isVariadic }: Argument, value: string): string {
  return `${isVariadic ? 'variadic ' : ''}${quoteName(name)} := ${value}`
}
