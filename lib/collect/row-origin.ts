import type { CollectContext } from '../contracts/collect-events'
import type { RowContext } from './collect-request'
import { pick } from './row-identity'
import { toRowReasons } from './row-reasons'
import { toUrlOrigin } from './scrub-url'
import { toUtm } from './utm'

type Placed = Readonly<Partial<Pick<CollectContext, 'route' | 'release' | 'userId'>>>

/** Step: where a row came from, without anything that names a person; `cutCount` as in `RowOutcome`. */
export function toRowOrigin(item: Placed, context: RowContext) {
  const route = context.scrubber.url(pick(item, context.defaults, 'route'))
  return {
    origin: { ...toSender(item, context), route: context.isGpc ? withoutQuery(route.value) : route.value },
    cutCount: route.cutCount,
  }
}

/**
 * Step: the same for an event, with its campaign, which may stand in properties, route or referrer. Under Global Privacy
 * Control no more of a URL is kept than thousands share: paths of this site, hosts of others, and the three campaign
 * parameters that are not made out for single receivers.
 */
export function toEventOrigin(
  item: Placed & Readonly<Partial<Pick<CollectContext, 'referrer'>>>,
  properties: Readonly<Record<string, unknown>> | null,
  context: RowContext,
) {
  const { scrubber, defaults, isGpc } = context
  const route = scrubber.url(pick(item, defaults, 'route'))
  const referrer = scrubber.url(pick(item, defaults, 'referrer'))
  const utm = toUtm(properties, route.value, referrer.value)
  const sender = toSender(item, context)
  const origin = {
    ...sender,
    route: isGpc ? withoutQuery(route.value) : route.value,
    referrer: isGpc ? toUrlOrigin(referrer.value) : referrer.value,
    utmSource: utm.utmSource,
    utmMedium: utm.utmMedium,
    utmCampaign: utm.utmCampaign,
    utmTerm: isGpc ? null : utm.utmTerm,
    utmContent: isGpc ? null : utm.utmContent,
  }
  return { origin, cutCount: route.cutCount + referrer.cutCount }
}

function toSender(item: Placed, context: RowContext) {
  const { scrubber, defaults, agent, country, isGpc, userAgent, ip } = context
  return {
    release: scrubber.name(pick(item, defaults, 'release')),
    device: agent.device,
    browser: agent.browser,
    os: agent.os,
    botReasons: toRowReasons(pick(item, defaults, 'userId'), context),
    country,
    gpc: isGpc,
    userAgent: isGpc ? null : userAgent,
    ip: isGpc ? null : ip,
  }
}

function withoutQuery(route: string | null): string | null {
  return route?.split('?', 1)[0] || null
}
