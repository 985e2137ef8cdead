import bowser from 'bowser'
import { isbot } from 'isbot'

/** What a user agent says about the device and itself; names come from closed sets, null when it says none of them. */
export type Agent = {
  device: 'desktop' | 'mobile' | 'tablet' | 'tv' | null
  browser: string | null
  os: string | null
  /** It names itself a bot, a library or a headless browser. */
  isBot: boolean
  /** It claims to be a browser that people use. */
  isBrowser: boolean
  /** The browser it claims to be sends `Sec-Fetch-*` with every request to an https address. */
  sendsFetchMetadata: boolean
}

const UNKNOWN: Agent = {
  device: null,
  browser: null,
  os: null,
  isBot: false,
  isBrowser: false,
  sendsFetchMetadata: false,
}
const BROWSERS: ReadonlySet<string> = new Set(Object.values(bowser.BROWSER_MAP))
const SYSTEMS: ReadonlySet<string> = new Set(Object.values(bowser.OS_MAP))
const DEVICES: ReadonlySet<string> = new Set(['desktop', 'mobile', 'tablet', 'tv'])

/** A user agent is parsed once while it stays among so many: parsing takes longer than everything else about an event. */
const AGENTS_MAX = 2_000
const AGENT_LENGTH_MAX = 1_024
const agents = new Map<string, Agent>()

/** What a User-Agent header says. Absent: nothing. */
export function parseAgent(userAgent: string | null | undefined): Agent {
  const text = userAgent?.slice(0, AGENT_LENGTH_MAX)
  if (!text) return UNKNOWN
  const known = agents.get(text)
  if (known) return known
  if (agents.size >= AGENTS_MAX) agents.delete(agents.keys().next().value as string)
  const { browser, os, platform } = bowser.parse(text)
  const agent: Agent = {
    device: DEVICES.has(platform.type ?? '') ? (platform.type as Agent['device']) : null,
    browser: toKnown(browser.name, BROWSERS),
    os: toKnown(os.name, SYSTEMS),
    isBot: isbot(text),
    isBrowser: /^Mozilla\/5\.0 .*\b(?:Firefox|FxiOS|Chrome|CriOS|Safari|EdgiOS)\/\d/.test(text),
    sendsFetchMetadata: sendsFetchMetadata(text),
  }
  agents.set(text, agent)
  return agent
}

// Of an agent that it does not know Bowser gives everything before the last slash as the name: any text, and any number of
// different ones.
function toKnown(name: string | undefined, known: ReadonlySet<string>): string | null {
  return name && known.has(name) ? name : null
}

// https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site#browser_compatibility, rounded up: Chromium
// 76, Firefox 90, Safari 16.4. On iOS every browser is WebKit and only Safari says which one.
function sendsFetchMetadata(userAgent: string): boolean {
  const chromium = /\bChrome\/(\d+)/.exec(userAgent)
  if (chromium) return Number(chromium[1]) >= 80
  const firefox = /\bFirefox\/(\d+)/.exec(userAgent)
  if (firefox) return Number(firefox[1]) >= 90
  const safari = /\bVersion\/(\d+)\.(\d+).* Safari\//.exec(userAgent)
  return safari !== null && Number(safari[1]) + Number(safari[2]) / 100 >= 16.04
}
