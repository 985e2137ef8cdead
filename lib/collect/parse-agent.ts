import bowser from 'bowser'
import { isbot } from 'isbot'

/** What a user agent says about the device and itself; names are null when it does not say. */
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
    browser: toName(browser.name),
    os: toName(os.name),
    isBot: isbot(text),
    isBrowser: /^Mozilla\/5\.0 .*\b(?:Firefox|FxiOS|Chrome|CriOS|Safari|EdgiOS)\/\d/.test(text),
    sendsFetchMetadata: sendsFetchMetadata(text),
  }
  agents.set(text, agent)
  return agent
}

// Of an agent that it does not know Bowser gives everything before the last slash as the name, which may be any text.
function toName(name: string | undefined): string | null {
  return name && /^[A-Za-z][A-Za-z0-9 .+-]{0,39}$/.test(name) ? name : null
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
