import bowser from 'bowser'
import { isbot } from 'isbot'

/** What a user agent says about the device; each null when it does not. */
export type Agent = {
  device: 'desktop' | 'mobile' | 'tablet' | 'tv' | null
  browser: string | null
  os: string | null
  /** Why it is taken for a bot; null when it is not. */
  botReasons: readonly string[] | null
}

const UNKNOWN: Agent = { device: null, browser: null, os: null, botReasons: null }
const DEVICES: ReadonlySet<string> = new Set(['desktop', 'mobile', 'tablet', 'tv'])

/** A user agent is parsed once while it stays among so many: parsing takes longer than everything else about an event. */
const AGENTS_MAX = 2_000
const AGENT_LENGTH_MAX = 1_024
const agents = new Map<string, Agent>()

/** Device, browser and operating system of a User-Agent header, and whether it names a bot. Absent: all null. */
export function parseAgent(userAgent: string | null | undefined): Agent {
  const text = userAgent?.slice(0, AGENT_LENGTH_MAX)
  if (!text) return UNKNOWN
  const known = agents.get(text)
  if (known) return known
  if (agents.size >= AGENTS_MAX) agents.delete(agents.keys().next().value as string)
  const { browser, os, platform } = bowser.parse(text)
  const agent: Agent = {
    device: DEVICES.has(platform.type ?? '') ? (platform.type as Agent['device']) : null,
    browser: browser.name || null,
    os: os.name || null,
    botReasons: isbot(text) ? ['user_agent'] : null,
  }
  agents.set(text, agent)
  return agent
}
