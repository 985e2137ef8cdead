import { PAYLOAD_LIMITS } from '../contracts/collect-limits'
import type { ProjectPolicy } from '../contracts/project-policy'
import { isCardNumber, redactCards } from './redact-cards'
import { redactEmails } from './redact-emails'
import { redactTokens } from './redact-tokens'
import { type JsonRules, scrubJsonObject } from './scrub-json'
import { scrubUrl } from './scrub-url'
import { cutText, type Scrubbed, toStorableText } from './storable-text'

type ScrubObject = (value: unknown) => Scrubbed<Record<string, unknown>> | null

/** Everything that a project's rows pass through before they are stored. */
export type Scrubber = {
  /** A name or label, redacted; null for an empty or absent one. */
  name(text: string | null | undefined): string | null
  /** The same for a longer text, cut at `lengthMax`. */
  text(text: string | null | undefined, lengthMax: number): Scrubbed<string | null>
  /** A route or referrer; see `scrubUrl`. */
  url(url: string | null | undefined): Scrubbed<string | null>
  /** Free JSON of an event within `PAYLOAD_LIMITS`, denied properties left out, texts redacted; null when it is no object. */
  properties: ScrubObject
  /** The same for what an application says of its user on purpose: e-mail addresses stay. */
  traits: ScrubObject
  /** The same for measurements: numbers stay numbers. */
  measurements: ScrubObject
}

/** Redacting looks so far beyond the cut, so that no secret is cut in half and then missed. */
const SLACK = 2_048
/** Names of properties remembered: they repeat, and each is compared with the deny-list once. */
const NAMES_MAX = 2_000
const URLS_MAX = 2_000
const REMEMBERED_URL_LENGTH_MAX = 256
const NOTHING: Scrubbed<null> = { value: null, cutCount: 0 }

// Nearly every text has nothing to redact; one pass tells so: none of the patterns does without one of these.
const MAY_MATCH = /[\0\ud800-\udfff@%\d]|[Bb]earer|[spr]k[_-]|gh[a-z]_|xox|eyJ|A[KS]IA|-----B/

const scrubbers = new WeakMap<ProjectPolicy, Scrubber>()

/** The scrubber of a policy; one object per policy, as it remembers what it has decided. */
export function toScrubber(policy: ProjectPolicy): Scrubber {
  const known = scrubbers.get(policy)
  if (known) return known
  const scrubber = createScrubber(policy)
  scrubbers.set(policy, scrubber)
  return scrubber
}

function createScrubber({ scrubs, deniedProperties }: ProjectPolicy): Scrubber {
  const redact = createRedact(scrubs)
  const toName = rememberNames(deniedProperties, redact)
  const toRules = (redactText: (text: string) => string, hasCards: boolean): JsonRules => ({
    toName,
    toText: (text) => toLimited(text, PAYLOAD_LIMITS.textLengthMax, redactText),
    toNumber: (value) => (hasCards && isCardNumber(value) ? '[card]' : value),
  })
  const properties = toRules(redact, scrubs.card)
  const traits = toRules(createRedact({ ...scrubs, email: false }), scrubs.card)
  const measurements = toRules(redact, false)
  return {
    name: (text) => (text ? redact(text) : null),
    text: (text, lengthMax) => (text ? toLimited(text, lengthMax, redact) : NOTHING),
    url: rememberUrls((url) => scrubUrl(url, redact)),
    properties: (value) => scrubJsonObject(value, properties),
    traits: (value) => scrubJsonObject(value, traits),
    measurements: (value) => scrubJsonObject(value, measurements),
  }
}

// Tokens go first: a password in a URL ends in what looks like an e-mail address.
function createRedact({ email, card, token }: ProjectPolicy['scrubs']): (text: string) => string {
  const steps = [
    toStorableText,
    ...(token ? [redactTokens] : []),
    ...(card ? [redactCards] : []),
    ...(email ? [redactEmails] : []),
  ]
  return (text) => (MAY_MATCH.test(text) ? steps.reduce((redacted, step) => step(redacted), text) : text)
}

function toLimited(text: string, lengthMax: number, redact: (text: string) => string): Scrubbed<string> {
  const redacted = redact(cutText(text, lengthMax + SLACK))
  const value = cutText(redacted, lengthMax)
  return { value, cutCount: value.length < redacted.length || text.length > lengthMax + SLACK ? 1 : 0 }
}

function rememberNames(denied: readonly string[], redact: (text: string) => string): JsonRules['toName'] {
  const deniedNames = new Set(denied.map(toPlainName))
  const names = new Map<string, Scrubbed<string> | null>()
  return (name) => {
    const known = names.get(name)
    if (known !== undefined) return known
    const stored = deniedNames.has(toPlainName(name)) ? null : toLimited(name, PAYLOAD_LIMITS.nameLengthMax, redact)
    if (name.length > PAYLOAD_LIMITS.nameLengthMax) return stored
    if (names.size >= NAMES_MAX) names.delete(names.keys().next().value as string)
    names.set(name, stored)
    return stored
  }
}

// A site has few routes next to its events, and its visitors come from few others.
function rememberUrls(scrub: (url: string) => Scrubbed<string | null>): Scrubber['url'] {
  const urls = new Map<string, Scrubbed<string | null>>()
  return (url) => {
    if (!url) return NOTHING
    const known = urls.get(url)
    if (known !== undefined) return known
    const scrubbed = scrub(url)
    if (url.length > REMEMBERED_URL_LENGTH_MAX) return scrubbed
    if (urls.size >= URLS_MAX) urls.delete(urls.keys().next().value as string)
    urls.set(url, scrubbed)
    return scrubbed
  }
}

// `Access-Token`, `access_token` and `accessToken` are one name.
function toPlainName(name: string): string {
  return name.replace(/[-_\s]/g, '').toLowerCase()
}
