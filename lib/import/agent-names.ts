import bowser from 'bowser'
import type { Agent } from '../collect/parse-agent'

type Names = Pick<Agent, 'device' | 'browser' | 'os'>

/** What other products call the same browser, system or device, in small letters without anything between them. */
const ALIASES: Readonly<Record<keyof Names, Readonly<Record<string, string>>>> = {
  device: { laptop: 'desktop', phone: 'mobile', smartphone: 'mobile', smarttv: 'tv', television: 'tv' },
  browser: {
    androidmobile: 'Android Browser',
    androidwebview: 'Android Browser',
    android: 'Android Browser',
    chromeios: 'Chrome',
    chromewebview: 'Chrome',
    crios: 'Chrome',
    edge: 'Microsoft Edge',
    edgechromium: 'Microsoft Edge',
    edgeios: 'Microsoft Edge',
    firefoxios: 'Firefox',
    fxios: 'Firefox',
    ie: 'Internet Explorer',
    ios: 'Safari',
    ioswebview: 'Safari',
    mobilesafari: 'Safari',
    operagx: 'Opera',
    operamini: 'Opera',
    samsung: 'Samsung Internet for Android',
    samsunginternet: 'Samsung Internet for Android',
    silk: 'Amazon Silk',
    yandex: 'Yandex Browser',
  },
  os: {
    androidos: 'Android',
    iphone: 'iOS',
    ipad: 'iOS',
    ipados: 'iOS',
    macosx: 'macOS',
    osx: 'macOS',
    ubuntu: 'Linux',
  },
}

const toKey = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')
const toTable = (names: readonly string[], aliases: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map([...names.map((name): [string, string] => [toKey(name), name]), ...Object.entries(aliases)])

const KNOWN: Readonly<Record<keyof Names, ReadonlyMap<string, string>>> = {
  device: toTable(['desktop', 'mobile', 'tablet', 'tv'], ALIASES.device),
  browser: toTable(Object.values(bowser.BROWSER_MAP), ALIASES.browser),
  os: toTable(Object.values(bowser.OS_MAP), ALIASES.os),
}

/** The names under which agents are stored for the ones that a file has; null for what nobody knows. */
export function toAgentNames(given: Readonly<Partial<Record<keyof Names, string | undefined>>>): Names {
  return {
    device: find('device', given.device) as Names['device'],
    browser: find('browser', given.browser),
    os: find('os', given.os),
  }
}

function find(kind: keyof Names, name: string | undefined): string | null {
  if (!name) return null
  const key = toKey(name)
  // `Windows 10`, `Windows Server 2003`: the version is not kept.
  return KNOWN[kind].get(key) ?? (kind === 'os' && key.startsWith('windows') ? 'Windows' : null)
}
