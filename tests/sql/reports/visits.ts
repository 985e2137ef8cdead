import type { TestStore } from '../../support/store'
import { insert, toActor } from './rows'

const MINUTE = 60_000
/** 1 May 2026, 12:00 UTC. */
export const NOON = Date.UTC(2026, 4, 1, 12)

/**
 * Three visits to look at from every side: ann reads two pages and signs up (mobile, DE, from a search), comes back on her
 * laptop an hour later (one page, from a newsletter), and ben looks at one page (desktop, FR, from nowhere). A bot and a row under GPC besides.
 */
export async function insertVisits(store: TestStore, project: number): Promise<void> {
  const row = (who: string, event: string, minutes: number, more: object = {}) => ({
    project_id: project,
    who,
    event,
    timestamp: NOON + minutes * MINUTE,
    session_id: `tab of ${who}`,
    ...more,
  })
  const phone = { device: 'mobile', country: 'DE', referrer: 'https://www.google.com/' }
  const laptop = { device: 'desktop', country: 'DE', utm_source: 'newsletter', utm_medium: 'email' }
  await insert(store, 'user_events', [
    row('ann', '$pageview', 0, { route: '/', ...phone }),
    row('ann', '$pageview', 1, { route: '/', ...phone }),
    row('ann', '$pageview', 2, { route: '/pricing', ...phone }),
    row('ann', 'signed_up', 3, { route: '/pricing', properties: { plan: 'pro' }, ...phone }),
    row('ann laptop', '$pageview', 60, { route: '/home', ...laptop }),
    row('ben', '$pageview', 61, { route: '/', device: 'desktop', country: 'FR' }),
    row('robot', '$pageview', 61, { route: '/', bot_reasons: ['agent'] }),
    row('private', '$pageview', 61, { route: '/', gpc: true }),
  ])
  await insert(store, 'conversions', [
    { project_id: project, who: 'ann', timestamp: NOON + 3 * MINUTE, funnel: 'Signup', step: 'done' },
  ])
  await insert(store, 'actor_person', [
    { project_id: project, who: 'ann', person_id: toActor('ann') },
    { project_id: project, who: 'ann laptop', person_id: toActor('ann') },
  ])
  await insert(store, 'user_profiles', [
    {
      project_id: project,
      who: 'ann',
      user_id: toActor('ann'),
      external_id: 'customer-7',
      traits: { company: 'Ada & Sons' },
      first_seen: new Date(NOON).toISOString(),
      last_activity: new Date(NOON + 60 * MINUTE).toISOString(),
      total_events: 5,
      features_used: ['signed_up'],
    },
  ])
}
