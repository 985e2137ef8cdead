import type { Store } from '../store.ts'

export type Column = {
  name: string
  /** The type as SQL writes it, e.g. `character varying(20)`. */
  type: string
  /** The default's expression as Postgres prints it; null when there is none. */
  defaultSql: string | null
  isComposite: boolean
}
export type Table = { name: string; columns: Map<string, Column>; primaryKey: string[] }
export type Argument = { name: string; type: string; isRequired: boolean; isVariadic: boolean }
export type DatabaseFunction = {
  name: string
  args: Argument[]
  returnsSet: boolean
  /** Rows with columns (a table, a composite type, `out` arguments) rather than bare values. */
  returnsRows: boolean
  returnsVoid: boolean
  isVolatile: boolean
  /** The function's own `set statement_timeout`, as written. */
  statementTimeout: string | null
}

/** What the schema `public` offers. */
export type Catalog = { tables: Map<string, Table>; functions: Map<string, DatabaseFunction[]> }

/** The schema cache of PostgREST: read once, and again when a request names what it does not know. */
export class CatalogCache {
  private readonly store: Store
  private current: Promise<Catalog> | null = null

  constructor(store: Store) {
    this.store = store
  }

  read(): Promise<Catalog> {
    if (!this.current) {
      const reading = readCatalog(this.store)
      this.current = reading
      // A failed reading is not kept.
      reading.catch(() => this.forget(reading))
    }
    return this.current
  }

  /** Forgets `stale`, unless another request has already read anew. */
  forget(stale: Promise<Catalog>): void {
    if (this.current === stale) this.current = null
  }
}

const CATALOG_TIMEOUT_MS = 8_000

async function readCatalog(store: Store): Promise<Catalog> {
  const [row] = await store.transaction({ timeoutMs: CATALOG_TIMEOUT_MS, isReadOnly: true }, (tx) =>
    tx.query(CATALOG_SQL),
  )
  const { tables, functions } = JSON.parse(String(row?.catalog)) as {
    tables: { name: string; columns: Column[]; primaryKey: string[] }[]
    functions: DatabaseFunction[]
  }
  const catalog: Catalog = { tables: new Map(), functions: new Map() }
  for (const { name, columns, primaryKey } of tables) {
    catalog.tables.set(name, { name, primaryKey, columns: new Map(columns.map((column) => [column.name, column])) })
  }
  for (const each of functions) {
    catalog.functions.set(each.name, [...(catalog.functions.get(each.name) ?? []), each])
  }
  return catalog
}

/** Partitions are left out, as PostgREST leaves them out: they are reached through their parent. */
const CATALOG_SQL = `
with shown_columns as (
  select
    a.attrelid,
    json_agg(
      json_build_object(
        'name', a.attname,
        'type', format_type(a.atttypid, a.atttypmod),
        'defaultSql', case
          when a.attgenerated <> '' then null
          when a.attidentity <> '' then format('nextval(%L)', pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname))
          else pg_get_expr(d.adbin, d.adrelid)
        end,
        'isComposite', t.typtype = 'c' or t.typcategory = 'A'
      ) order by a.attnum
    ) as columns
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid
  join pg_namespace n on n.oid = c.relnamespace
  join pg_type t on t.oid = a.atttypid
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where n.nspname = 'public' and a.attnum > 0 and not a.attisdropped
  group by a.attrelid
),
shown_tables as (
  select json_agg(json_build_object(
    'name', c.relname,
    'columns', coalesce(s.columns, '[]'),
    'primaryKey', coalesce((
      select json_agg(a.attname order by a.attnum)
      from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
      where i.indrelid = c.oid and i.indisprimary
    ), '[]')
  )) as list
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join shown_columns s on s.attrelid = c.oid
  where n.nspname = 'public' and c.relkind in ('r', 'v', 'm', 'f', 'p') and not c.relispartition
),
shown_functions as (
  select json_agg(json_build_object(
    'name', p.proname,
    'args', coalesce((
      select json_agg(json_build_object(
        'name', coalesce(a.name, ''),
        'type', format_type(a.type, null),
        'isRequired', a.input_index <= p.pronargs - p.pronargdefaults,
        'isVariadic', a.mode = 'v'
      ) order by a.input_index)
      from (
        select u.name, u.type, u.mode, row_number() over (order by u.ordinal) as input_index
        from unnest(
          p.proargnames,
          coalesce(p.proallargtypes, p.proargtypes::oid[]),
          coalesce(p.proargmodes, array_fill('i'::"char", array[p.pronargs::int]))
        ) with ordinality as u (name, type, mode, ordinal)
        where u.mode in ('i', 'b', 'v')
      ) a
    ), '[]'),
    'returnsSet', p.proretset,
    'returnsRows', t.typtype = 'c' or coalesce(p.proargmodes && '{t,b,o}'::"char"[], false),
    'returnsVoid', t.typname = 'void',
    'isVolatile', p.provolatile = 'v',
    'statementTimeout', (
      select split_part(setting, '=', 2) from unnest(p.proconfig) as setting where setting like 'statement_timeout=%'
    )
  )) as list
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  join pg_type t on t.oid = p.prorettype
  where n.nspname = 'public' and p.prokind = 'f' and t.typname not in ('trigger', 'event_trigger')
)
select json_build_object(
  'tables', coalesce((select list from shown_tables), '[]'),
  'functions', coalesce((select list from shown_functions), '[]')
)::text as catalog`
