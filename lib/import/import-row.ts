import { toBotReasons } from '../collect/bot-reasons'
import type { RowContext, RowOutcome } from '../collect/collect-request'
import { toEventRow } from '../collect/event-row'
import { type Agent, parseAgent } from '../collect/parse-agent'
import { toVitalsRow } from '../collect/vitals-row'
import { BOT_REASONS, type BotReason } from '../contracts/bot-reasons'
import type { EventRow, VitalsRow } from '../contracts/ingest-rows'
import { toAgentNames } from './agent-names'
import type { ImportItem } from './import-item'

/**
 * Step: one item of a file as a row, as `toEventRow` makes it, but that each item comes from an agent of its own. An agent that
 * names itself a bot is marked; the raw agent is never kept. Countries are two letters, other ones are left out.
 */
export function toImportRow(item: unknown, context: RowContext): RowOutcome<EventRow> {
  return toEventRow(item, toItemContext(item as ImportItem, context))
}

/** The same of a navigation, as `toVitalsRow` makes it; besides, with the First Input Delay that only files still have. */
export function toImportVitalsRow(item: unknown, context: RowContext): RowOutcome<VitalsRow> {
  const given = item as ImportItem
  const own = toItemContext(given, context)
  const outcome = toVitalsRow({ ...given, device: own.agent.device }, own)
  const { fid } = given
  if (!outcome.ok || fid === undefined || fid === null) return outcome
  const isMeasure = typeof fid === 'number' && Number.isFinite(fid) && fid >= 0
  return isMeasure ? { ...outcome, row: { ...outcome.row, fid } } : { ok: false, reason: 'invalid_event' }
}

function toItemContext(given: ImportItem, context: RowContext): RowContext {
  const agent = toAgent(given)
  return {
    ...context,
    agent,
    botReasons: toReasons(given, agent),
    country: /^[a-z]{2}$/i.test(given.country ?? '') ? (given.country as string).toUpperCase() : null,
    userAgent: null,
    ip: null,
  }
}

function toAgent({ userAgent, device, browser, os }: ImportItem): Agent {
  const agent = parseAgent(userAgent)
  const named = toAgentNames({ device, browser, os })
  return {
    ...agent,
    device: named.device ?? agent.device,
    browser: named.browser ?? agent.browser,
    os: named.os ?? agent.os,
  }
}

// What was marked before it was exported stays marked.
function toReasons({ botReasons }: ImportItem, agent: Agent): readonly BotReason[] | null {
  const marked = BOT_REASONS.filter((reason) => botReasons?.includes(reason))
  if (marked.length > 0) return marked
  return toBotReasons({
    isNamedBot: agent.isBot,
    isNamedHeadless: false,
    isDriven: false,
    lacksBrowserHeaders: false,
    isInDataCentre: false,
  })
}
