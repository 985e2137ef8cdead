import { IMPORT_FIELDS, type ImportField, type ImportMapping } from '../../contracts/import'
import { type ImportItem, type Translation, toProperties, toText } from '../import-item'
import { parseTimeMs } from '../parse-time'

type Row = Readonly<Record<string, unknown>>

/** Where each field of a record comes from, once for a file. */
export type MappedReader = (row: Row) => Translation

/**
 * Reads records of named columns: CSV rows and JSON objects. Without a mapping a column fills the field of its own name; what
 * fills none becomes a property, unless the mapping names properties. In CSV (`isText`) a property that reads as a number,
 * `true` or `false` becomes one (`00012` stays a text), and an empty one is left out. A record of type `vitals` is one navigation.
 */
export function readMapped(
  mapping: ImportMapping | undefined,
  { isText, timezone }: { isText: boolean; timezone: string },
): MappedReader {
  const sources = toSources(mapping)
  return (row) => {
    const field = (name: ImportField) => read(row, sources.fields.get(name))
    const timestamp = parseTimeMs(field('timestamp'), timezone)
    if (timestamp === null) return { kind: 'bad', reason: 'missing_timestamp' }
    const type = toText(field('type')) ?? 'event'
    if (type === 'vitals') return readVitals(row, timestamp, field)
    const event = toText(field('event'))
    if (type === 'event' && event === undefined) return { kind: 'bad', reason: 'missing_event' }
    const given = toProperties(sources.hasMapping ? undefined : row.properties)
    if (!given) return { kind: 'bad', reason: 'invalid_properties' }
    const toValue = isText ? toTyped : (value: unknown) => value
    const properties = { ...given, ...readAll(row, sources.properties, toValue), ...readRest(row, sources, toValue) }
    const traits = { ...(isText ? {} : toProperties(row.traits)), ...readAll(row, sources.traits, toValue) }
    return { kind: 'item', item: toItem(type, timestamp, field, properties, traits, row) }
  }
}

const MEASURES = ['lcp', 'inp', 'cls', 'fcp', 'ttfb', 'fid', 'seq'] as const

// A navigation has measures in columns of their names, and no properties. In a cell of CSV a number is a text.
function readVitals(row: Row, timestamp: number, field: (name: ImportField) => unknown): Translation {
  const custom = toProperties(row.custom)
  const attribution = toProperties(row.attribution)
  if (!custom || !attribution) return { kind: 'bad', reason: 'invalid_properties' }
  const measures = MEASURES.map((name) => [name, toTyped(row[name])] as const).filter(
    ([, value]) => value !== undefined,
  )
  return {
    kind: 'item',
    item: {
      ...toItem('vitals', timestamp, field, {}, {}, row),
      navigationType: toText(row.navigationType),
      connection: toText(row.connection),
      ...Object.fromEntries(measures),
      ...(Object.keys(custom).length > 0 && { custom }),
      ...(Object.keys(attribution).length > 0 && { attribution }),
    },
  }
}

function toItem(
  type: string,
  timestamp: number,
  field: (name: ImportField) => unknown,
  properties: Row,
  traits: Row,
  row: Row,
): ImportItem {
  const text = (name: ImportField) => toText(field(name))
  return {
    type: type as ImportItem['type'],
    id: text('id'),
    timestamp,
    event: text('event'),
    funnel: text('funnel'),
    step: text('step'),
    userId: text('userId'),
    // The product's own export names the actor where no id of the application's is known any more.
    anonymousId: text('anonymousId') ?? (text('userId') === undefined ? toText(row.actorId) : undefined),
    sessionId: text('sessionId'),
    route: text('route'),
    referrer: text('referrer'),
    release: text('release'),
    country: text('country'),
    device: text('device'),
    browser: text('browser'),
    os: text('os'),
    userAgent: text('userAgent'),
    botReasons: toList(row.botReasons),
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(type === 'identify' && { traits }),
  }
}

// In a cell of CSV the reasons are JSON, too.
function toList(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return value.startsWith('[') ? value.match(/[a-z_]+/g)?.map(String) : undefined
  return Array.isArray(value) ? value.map(String) : undefined
}

type Source = { column: string } | { constant: string }
type Sources = {
  fields: ReadonlyMap<string, Source>
  properties: readonly [string, Source][]
  traits: readonly [string, Source][]
  /** Columns that no rest may take: read by a field, or a field of the product's own export. */
  taken: ReadonlySet<string> | null
  hasMapping: boolean
}

/** Columns of the product's own export that are no properties. */
const OWN_COLUMNS = [
  ...['properties', 'traits', 'actorId', 'personId', 'botReasons'],
  ...['utmSource', 'utmMedium', 'utmCampaign', 'utmTerm', 'utmContent'],
]

function toSources(mapping: ImportMapping | undefined): Sources {
  const fields = new Map<string, Source>(IMPORT_FIELDS.map((name) => [name, { column: name }]))
  const properties: [string, Source][] = []
  const traits: [string, Source][] = []
  for (const [target, text] of Object.entries(mapping ?? {})) {
    const source = text.startsWith('=') ? { constant: text.slice(1) } : { column: text }
    if (target.startsWith('properties.')) properties.push([target.slice('properties.'.length), source])
    else if (target.startsWith('traits.')) traits.push([target.slice('traits.'.length), source])
    else fields.set(target, source)
  }
  const read = [...fields.values(), ...traits.map(([, source]) => source)].flatMap((source) =>
    'column' in source ? [source.column] : [],
  )
  return {
    fields,
    properties,
    traits,
    taken: properties.length > 0 ? null : new Set([...read, ...OWN_COLUMNS]),
    hasMapping: mapping !== undefined,
  }
}

function read(row: Row, source: Source | undefined): unknown {
  if (!source) return undefined
  if ('constant' in source) return source.constant
  return Object.hasOwn(row, source.column) ? row[source.column] : undefined
}

function readAll(row: Row, sources: readonly [string, Source][], toValue: (value: unknown) => unknown): Row {
  return Object.fromEntries(
    sources.map(([name, source]) => [name, toValue(read(row, source))]).filter(([, value]) => value !== undefined),
  )
}

function readRest(row: Row, { taken }: Sources, toValue: (value: unknown) => unknown): Row {
  if (!taken) return {}
  return Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => name !== '' && !taken.has(name))
      .map(([name, value]) => [name, toValue(value)])
      .filter(([, value]) => value !== undefined),
  )
}

function toTyped(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const text = value.trim()
  if (text === '') return undefined
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/.test(text) ? Number(text) : text
}
