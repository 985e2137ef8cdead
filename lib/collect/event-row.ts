import { collectedConversion, collectedEvent, collectedIdentify } from '../contracts/collect-events'
import type { EventRow } from '../contracts/ingest-rows'
import type { ActorId } from '../core/ids'
import { isUserToken } from './actor-id'
import { checkItem, toRecord } from './check-item'
import type { RowContext, RowOutcome } from './collect-request'
import { pick, type RowPerson, toRowOrigin, toRowPerson } from './row-identity'
import { scrubObject, scrubText, scrubUrl, toUtm } from './scrub'

// Free JSON is checked by scrubObject, which is bounded in depth; the schema's recursion is not.
const SCHEMAS = {
  event: collectedEvent.omit({ properties: true }),
  conversion: collectedConversion.omit({ properties: true }),
  identify: collectedIdentify.omit({ traits: true }),
} as const

/** Step: one item of `POST /api/analytics/events` as a row: an event, a conversion or an identification. */
export function toEventRow(item: unknown, context: RowContext): RowOutcome<EventRow> {
  const record = toRecord(item)
  if (!record) return { ok: false, reason: 'invalid_event' }
  switch (record.type) {
    case 'conversion':
      return toConversion(record, context)
    case 'identify':
      return toIdentification(record, context)
    default:
      return toEvent(record, context) // any other type fails the schema, after id and timestamp
  }
}

function toEvent(record: Readonly<Record<string, unknown>>, context: RowContext): RowOutcome<EventRow> {
  const checked = checkItem(SCHEMAS.event, record, context)
  if (!checked.ok) return checked
  const shared = toShared(checked.item, record.properties, context)
  if (!shared.ok) return shared
  return { ok: true, row: { ...shared.row, type: 'event', event: scrubText(checked.item.event) } }
}

function toConversion(record: Readonly<Record<string, unknown>>, context: RowContext): RowOutcome<EventRow> {
  const checked = checkItem(SCHEMAS.conversion, record, context)
  if (!checked.ok) return checked
  const { funnel, step } = checked.item
  const shared = toShared(checked.item, record.properties, context)
  if (!shared.ok) return shared
  return {
    ok: true,
    row: { ...shared.row, type: 'conversion', funnel: scrubText(funnel), step: scrubText(step) },
  }
}

type Item = Parameters<typeof toRowPerson>[0] &
  Parameters<typeof toRowOrigin>[0] & { timestamp: number; referrer?: string | null | undefined }

function toShared(item: Item, properties: unknown, context: RowContext): RowOutcome<Omit<EventRow, 'type'>> {
  const scrubbed = properties === undefined || properties === null ? null : scrubObject(properties)
  if (scrubbed === null && properties !== undefined && properties !== null) {
    return { ok: false, reason: 'invalid_properties' }
  }
  const { actorId, userId, externalId, sessionId } = toRowPerson(item, context)
  const origin = toRowOrigin(item, context)
  const referrer = scrubUrl(pick(item, context.defaults, 'referrer'))
  const row = {
    id: item.id,
    timestamp: item.timestamp,
    actorId,
    userId,
    externalId,
    sessionId,
    properties: scrubbed,
    referrer,
    ...toUtm(scrubbed, origin.route, referrer),
    ...origin,
  }
  return { ok: true, row }
}

// A browser may link an anonymous id to the user it names (the store keeps the first link and never merges two users), but
// may say something about that user only with the application's word for it. A server is the application.
function toIdentification(record: Readonly<Record<string, unknown>>, context: RowContext): RowOutcome<EventRow> {
  const checked = checkItem(SCHEMAS.identify, record, context)
  if (!checked.ok) return checked
  const traits = record.traits === undefined || record.traits === null ? null : scrubObject(record.traits)
  if (traits === null && record.traits !== undefined && record.traits !== null) {
    return { ok: false, reason: 'invalid_properties' }
  }
  const person = toRowPerson(checked.item, context)
  const { kind, project } = context.sender
  const token = context.defaults.userToken
  const isVouchedFor = kind === 'secret' || (!!token && isUserToken(project.hashKey, checked.item.userId, token))
  return {
    ok: true,
    row: {
      type: 'identify',
      id: checked.item.id,
      timestamp: checked.item.timestamp,
      actorId: person.actorId,
      userId: person.userId,
      externalId: person.externalId,
      sessionId: person.sessionId,
      linkedActorId: toLinkedActor(person, context),
      traits: isVouchedFor && !context.isGpc ? traits : null,
      botReasons: context.agent.botReasons,
      gpc: context.isGpc,
    },
  }
}

function toLinkedActor({ anonymousId, actorId }: RowPerson, { toActorId }: RowContext): ActorId | null {
  if (anonymousId === null) return null
  const linked = toActorId(anonymousId)
  return linked === actorId ? null : linked
}
