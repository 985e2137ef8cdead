import type { BotReason } from '../contracts/bot-reasons'
import type { Agent } from './parse-agent'

/** What speaks for a program behind a request, each by itself. */
export type BotEvidence = {
  /** The user agent names a bot. */
  isNamedBot: boolean
  /** The client hints name a headless browser. */
  isNamedHeadless: boolean
  /** The page says `navigator.webdriver`. */
  isDriven: boolean
  lacksBrowserHeaders: boolean
  isInDataCentre: boolean
}

/**
 * All the evidence as reasons to store, when it is enough: an agent that names itself, or two categories. Null otherwise:
 * people test their own pages by program, strip headers, and use networks of data centres through VPNs.
 */
export function toBotReasons(evidence: BotEvidence): readonly BotReason[] | null {
  const { isNamedBot, isNamedHeadless, isDriven, lacksBrowserHeaders, isInDataCentre } = evidence
  const reasons: BotReason[] = []
  if (isNamedBot) reasons.push('user_agent')
  if (isNamedHeadless || isDriven) reasons.push('headless')
  if (lacksBrowserHeaders) reasons.push('missing_headers')
  if (isInDataCentre) reasons.push('data_centre')
  return isNamedBot || isNamedHeadless || reasons.length >= 2 ? reasons : null
}

/**
 * Whether a request lacks what the browser it claims to be never leaves out, of fetches as of beacons: `Accept-Language`,
 * and from https pages `Sec-Fetch-Site`. Pages on plain http send fetch metadata to trustworthy addresses only
 * (https://www.w3.org/TR/fetch-metadata/#framework), so nothing follows from its absence there. Seen so with Chromium 156.
 */
export function lacksBrowserHeaders(headers: Pick<Headers, 'get'>, agent: Agent): boolean {
  if (!agent.isBrowser) return false
  if (headers.get('accept-language') === null) return true
  const isFromHttps = headers.get('origin')?.startsWith('https://') ?? false
  return isFromHttps && agent.sendsFetchMetadata && headers.get('sec-fetch-site') === null
}

/** Whether the client hints name a headless browser: `Sec-CH-UA: "HeadlessChrome";v="140"`. */
export function namesHeadless(headers: Pick<Headers, 'get'>): boolean {
  return headers.get('sec-ch-ua')?.includes('Headless') ?? false
}
