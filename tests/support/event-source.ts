import { randomBytes, randomUUID } from 'node:crypto'
import { createRandom } from '../lib/insights/reference/random.ts'

type EventRow = Readonly<Record<string, unknown>>

const NAMES = ['recipe_viewed', 'recipe_clicked', 'search', 'meal_planned', 'share', 'rated', 'signed_up']
const DEVICES = ['mobile', 'mobile', 'desktop', 'desktop', 'tablet']
const BROWSERS = ['Chrome', 'Chrome', 'Mobile Safari', 'Safari', 'Firefox', 'Edge', 'Samsung Internet']
const SYSTEMS = ['Windows', 'iOS', 'Android', 'macOS', 'Linux']
const COUNTRIES = ['DE', 'FR', 'GB', 'US', 'NL', 'AT', 'CH', 'PL', 'IT', 'ES']
const ROUTES = ['/', '/recipes', '/recipes/[id]', '/plan', '/plan/[week]', '/search', '/account', '/pricing']
const PLANS = ['free', 'pro', 'team']
/** People who are on the site at once; each does about 25 things. */
const PEOPLE = 400

/**
 * Rows for append_events as the SDK and lib/collect make them: 70 % page views, a fifth of the people signed in, the
 * others with a day's visitor key, two properties. The same seed gives the same people and names; ids are random.
 * The function it returns gives `size` rows of the five seconds before `nowMs`.
 */
export function createEventSource(seed: number): (size: number, nowMs: number) => EventRow[] {
  const random = createRandom(seed)
  const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value
  const createPerson = () => ({
    actor_id: randomUUID(),
    ...(random() < 0.2 ? { user_id: randomUUID() } : { visitor_id: randomBytes(8).readBigInt64BE().toString() }),
    session_id: randomBytes(9).toString('base64url'),
    device: pick(DEVICES),
    browser: pick(BROWSERS),
    os: pick(SYSTEMS),
    country: pick(COUNTRIES),
  })
  const people = Array.from({ length: PEOPLE }, createPerson)
  const createRow = (nowMs: number): EventRow => {
    const seat = Math.floor(random() * PEOPLE)
    if (random() < 0.04) people[seat] = createPerson()
    const timestamp = Math.floor(nowMs - random() * 5_000)
    return {
      type: 'event',
      id: toUuidV7(timestamp),
      timestamp,
      event: random() < 0.7 ? '$pageview' : pick(NAMES),
      route: pick(ROUTES),
      properties: { plan: pick(PLANS), position: Math.floor(random() * 50) },
      ...people[seat],
    }
  }
  return (size, nowMs) => Array.from({ length: size }, () => createRow(nowMs))
}

/** RFC 9562, section 5.7: 48 bits of Unix ms, then chance. */
function toUuidV7(timestampMs: number): string {
  const time = timestampMs.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
