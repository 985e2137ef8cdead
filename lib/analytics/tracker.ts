/**
 * The SDK as a script for any website, built into public/t.js:
 *
 *     <script defer src="https://HOST/t.js" data-key="pk_…"></script>
 *
 * Further attributes: `data-endpoint` (default: `api/analytics` beside the script), `data-consent`, `data-release`.
 * Calls made before it has loaded go into a list: `window.growth = window.growth || { q: [] }`, then
 * `growth.q.push(['track', 'signup', { plan: 'pro' }])`, which keeps working afterwards.
 */
import type { LoadChunk } from './chunks'
import { createClient } from './client'
import { recordPageView } from './page-view'

type Call = [name: string, ...args: unknown[]]
type Api = Record<string, ((...args: unknown[]) => void) | undefined>

const script = document.currentScript as HTMLScriptElement
const base = script.src.replace(/[^/]*$/, '')
const load: LoadChunk = async (name) => (await import(`${base}t-${name}.js`)).default

// The other attributes are settings by the same names.
const client = createClient(load, {
  endpoint: `${base}api/analytics`,
  publishableKey: script.dataset.key,
  ...script.dataset,
})
if (!client.isSilent()) {
  load('vitals')
    .then((start) => start(client))
    // The chunk did not arrive, as behind a strict content policy: the page is simply not measured.
    .catch(() => {})
}

addEventListener(
  'click',
  ({ target }) => {
    const element = (target as Element).closest?.('[data-growth-event]')
    if (!element) return
    const found: Record<string, string> = {}
    for (const { name, value } of element.attributes) {
      if (name.startsWith('data-growth-')) found[name.slice(12)] = value
    }
    const { event = '', ...properties } = found
    client.track(event, properties)
  },
  // Before the page's own handlers, which may stop the event or leave the page.
  true,
)

const view = (event?: { persisted?: boolean }) => recordPageView(client.page, event?.persisted)
for (const name of ['pushState', 'replaceState'] as const) {
  const original = history[name]
  history[name] = (...args) => {
    original.apply(history, args)
    view()
  }
}
addEventListener('popstate', view as EventListener)
addEventListener('pageshow', view)

const page = window as unknown as { growth?: { q?: Call[] } }
const early = page.growth?.q ?? []
const call = ([name, ...args]: Call) => (client as unknown as Api)[name]?.(...args)
page.growth = Object.assign(client, { q: { push: call } }) as never
early.forEach(call)
view()
