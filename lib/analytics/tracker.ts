/**
 * The SDK as a script for any website, built into public/t.js:
 *
 *     <script defer src="https://HOST/t.js" data-key="pk_…"></script>
 *
 * Further attributes: `data-endpoint` (default: `api/analytics` beside the script), `data-consent`, `data-release`.
 * Calls made before it has loaded go into a list: `window.growth = window.growth || { q: [] }`, then
 * `growth.q.push(['track', 'signup', { plan: 'pro' }])`, which keeps working afterwards.
 */
import { createClient, type DurableStore } from './client'
import type { Consent } from './consent'
import { createPerformanceMonitor } from './monitor'
import { onPageRestore, recordPageView } from './page-view'
import type * as vitals from './vitals'

type Call = [name: string, ...args: unknown[]]
type Api = Record<string, unknown> & { q?: { push: (...calls: Call[]) => void } }
type Page = Window & { growth?: Api & { q?: Call[] } }

const script = document.currentScript as HTMLScriptElement
const { key = '', endpoint, consent, release = '' } = script.dataset

const client = createClient({
  openDurableStore: async () =>
    (
      (await import(new URL('t-store.js', script.src).href)) as { openDurableStore: () => Promise<DurableStore> }
    ).openDurableStore(),
})
client.configure({
  endpoint: endpoint ?? new URL('api/analytics', script.src).href,
  publishableKey: key,
  release,
  consent: (consent ?? 'anonymous') as Consent,
})
const monitor = createPerformanceMonitor(
  client,
  () => import(new URL('t-vitals.js', script.src).href) as Promise<typeof vitals>,
)

/** Properties of a click: `data-growth-plan="pro"` becomes `{ plan: 'pro' }`. */
document.addEventListener(
  'click',
  (event) => {
    const element = (event.target as Element).closest<HTMLElement>('[data-growth-event]')
    if (!element) return
    const properties: Record<string, string> = {}
    for (const { name, value } of element.attributes) {
      if (name.startsWith('data-growth-')) properties[name.slice(12)] = value
    }
    const { event: growthEvent = '', ...rest } = properties
    client.track(growthEvent, rest)
  },
  // Before the page's own handlers, which may stop the event or leave the page.
  true,
)

const view = () => recordPageView(client.page)
for (const name of ['pushState', 'replaceState'] as const) {
  const original = history[name]
  history[name] = function (this: History, ...args: Parameters<History['pushState']>) {
    original.apply(this, args)
    view()
  }
}
addEventListener('popstate', view)
onPageRestore(client.page)

const api: Api = { ...client, ...monitor }
const early = (window as Page).growth?.q ?? []
const call = ([name, ...args]: Call) => (api[name] as (...args: unknown[]) => void)?.(...args)
api.q = { push: (...calls) => calls.forEach(call) }
Object.assign(window, { growth: api })
early.forEach(call)
view()
