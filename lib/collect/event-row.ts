import { collectedConversion, collectedEvent, collectedIdentify } from '../contracts/collect-events'
import type { EventRow } from '../contracts/ingest-rows'
import type { ActorId } from '../core/ids'
import { checkItem, toOptionalJson, toRecord } from './check-item'
import type { RowContext, RowOutcome } from './collect-request'
import { type RowPerson, toRowPerson } from './row-identity'
import { toEventOrigin } from './row-origin'
import { toRowReasons } from './row-reasons'
import { isUserToken } from './user-token'

// Free JSON is left to the scrubber, which is bounded in depth; the schema's recursion is not.
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
  const { row, cutCount } = shared
  return { ok: true, row: { ...row, type: 'event', event: context.scrubber.name(checked.item.event) }, cutCount }
}

function toConversion(record: Readonly<Record<string, unknown>>, context: RowContext): RowOutcome<EventRow> {
  const checked = checkItem(SCHEMAS.conversion, record, context)
  if (!checked.ok) return checked
  const shared = toShared(checked.item, record.properties, context)
  if (!shared.ok) return shared
  const funnel = context.scrubber.name(checked.item.funnel)
  const step = context.scrubber.name(checked.item.step)
  return { ok: true, row: { ...shared.row, type: 'conversion', funnel, step }, cutCount: shared.cutCount }
}

type Item = Parameters<typeof toRowPerson>[0] & Parameters<typeof toEventOrigin>[0]

function toShared(item: Item, given: unknown, context: RowContext): RowOutcome<Omit<EventRow, 'type'>> {
  const properties = toOptionalJson(given, context.scrubber.properties)
  if (!properties) return { ok: false, reason: 'invalid_properties' }
  const { actorId, userId, externalId, sessionId, visitorId } = toRowPerson(item, context)
  const { origin, cutCount } = toEventOrigin(item, properties.value, context)
  return {
    ok: true,
    row: {
      id: item.id,
      timestamp: item.timestamp,
      actorId,
      userId,
      externalId,
      sessionId,
      visitorId,
      properties: properties.value,
      ...origin,
    },
    cutCount: cutCount + properties.cutCount,
  }
}

// A browser can claim to be anyone, so it sets traits only with the application's word; links are checked by the store.
function toIdentification(record: Readonly<Record<string, unknown>>, context: RowContext): RowOutcome<EventRow> {
  const checked = checkItem(SCHEMAS.identify, record, context)
  if (!checked.ok) return checked
  const traits = toOptionalJson(record.traits, context.scrubber.traits)
  if (!traits) return { ok: false, reason: 'invalid_properties' }
  const person = toRowPerson(checked.item, context)
  const isKept = !context.isGpc && isVouchedFor(checked.item.userId, context)
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
      traits: isKept ? traits.value : null,
      botReasons: toRowReasons(checked.item.userId, context),
      gpc: context.isGpc,
    },
    cutCount: isKept ? traits.cutCount : 0,
  }
}

function isVouchedFor(userId: string, { sender, defaults }: RowContext): boolean {
  if (sender.kind === 'secret') return true
  return !!defaults.userToken && isUserToken(sender.project.secretKeyHashes, userId, defaults.userToken)
}

function toLinkedActor({ anonymousId, actorId }: RowPerson, { toActorId }: RowContext): ActorId | null {
  if (anonymousId === null) return null
  const linked = toActorId(anonymousId)
  return linked === actorId ? null : linked
}
