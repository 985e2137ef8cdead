/**
 * The SDK as a script for any website, built into public/t.js:
 *
 *     <script defer src="https://HOST/t.js" data-key="pk_…"></script>
 *
 * Further attributes: `data-endpoint` (default: `/_g` of HOST), `data-consent`, `data-release`, and
 * `data-honour-dnt="true"`, by which Do Not Track counts as Global Privacy Control does.
 * Calls made before it has loaded go into a list: `window.growth = window.growth || { q: [] }`, then
 * `growth.q.push(['track', 'signup', { plan: 'pro' }])`, which keeps working afterwards.
 */
import { collectPath } from '../platform/public-env'
import type { LoadChunk } from './chunks'
import { createClient } from './client'
import { recordPageView } from './page-view'

type Call = [name: string, ...args: unknown[]]
type Api = Record<string, ((...args: unknown[]) => void) | undefined>

const { dataset, src } = document.currentScript as HTMLScriptElement
/** An address of the script's own host. */
const toUrl = (path: string): string => new URL(path, src).href
const load: LoadChunk = async (name) => (await import(toUrl(`t-${name}.js`))).default

// The other attributes are settings by the same names.
const client = createClient(load, {
  endpoint: toUrl(collectPath),
  publishableKey: dataset.key,
  ...dataset,
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
    const found: Record<string, string> = {}
    for (const { name, value } of (target as Element).closest?.('[data-growth-event]')?.attributes ?? []) {
      const [, property] = name.split('data-growth-')
      if (property) found[property] = value
    }
    const { event, ...properties } = found
    if (event) client.track(event, properties)
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
const call = ([name, ...args]: Call) => (client as unknown as Api)[name]?.(...args)
page.growth?.q?.forEach(call)
page.growth = Object.assign(client, { q: { push: call } }) as never
view()
