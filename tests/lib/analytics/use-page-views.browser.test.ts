import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../../support/browser'
import { startCollector } from './support/collector'

const root = join(import.meta.dirname, '../../..')
let browser: Browser
let scripts: string

/** A page under React's strict mode, whose router is `go(pathname, params)`: what Next's two hooks would say. */
const APP = `
  import { StrictMode, useEffect, useState, createElement } from 'react'
  import { createRoot } from 'react-dom/client'
  import { RouterContext } from 'next/navigation'
  import { configureAnalytics, track, usePageViews } from '@/lib/analytics/growth'
  configureAnalytics({ flushInterval: 10 })
  function View() { usePageViews(); return null }
  function App() {
    const [route, setRoute] = useState({ pathname: location.pathname, params: {} })
    window.go = (pathname, params) => { history.pushState(null, '', pathname); setRoute({ pathname, params }) }
    window.track = track
    return createElement(RouterContext.Provider, { value: route }, createElement(View))
  }
  createRoot(document.body).render(createElement(StrictMode, null, createElement(App)))`
const NAVIGATION = `
  import { createContext, useContext } from 'react'
  export const RouterContext = createContext(null)
  export const usePathname = () => useContext(RouterContext).pathname
  export const useParams = () => useContext(RouterContext).params`

beforeAll(async () => {
  browser = await launchBrowser()
  scripts = await mkdtemp(join(tmpdir(), 'growth-views-'))
  await build({
    stdin: { contents: APP, resolveDir: root },
    outfile: join(scripts, 'app.js'),
    bundle: true,
    format: 'esm',
    alias: { '@': root },
    // A development build: only there does strict mode run effects twice.
    define: {
      'process.env.NODE_ENV': '"development"',
      'process.env.NEXT_PUBLIC_ANALYTICS_ENABLED': '""',
      'process.env.NEXT_PUBLIC_COLLECT_PATH': '""',
      'process.env.NEXT_PUBLIC_RELEASE': '""',
    },
    plugins: [
      {
        name: 'router',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^next\/navigation$/ }, ({ path }) => ({ path, namespace: 'router' }))
          onLoad({ filter: /.*/, namespace: 'router' }, () => ({ contents: NAVIGATION, resolveDir: root }))
        },
      },
    ],
  })
})
afterAll(() => browser?.close())

test('one page view per navigation under strict mode, named by the pattern, as is all that happens there', async () => {
  const collector = await startCollector({ scripts })
  collector.pages.set('/', '<!doctype html><title>page</title><body><script type="module" src="/app.js"></script>')
  const page = await (await browser.newContext()).newPage()
  await page.goto(collector.origin)
  await page.waitForFunction(() => 'go' in window)
  await collector.until(() => collector.events().length === 1)
  type Go = { go: (pathname: string, params: object) => void; track: (event: string) => void }
  for (const id of ['42', '43']) {
    const count = collector.events().length
    await page.evaluate((at) => (window as unknown as Go).go(`/recipes/${at}`, { id: at }), id)
    await collector.until(() => collector.events().length > count)
  }
  await page.evaluate(() => (window as unknown as Go).track('clicked'))
  await collector.until(() => collector.events().some(({ event }) => event === 'clicked'))
  expect(collector.events().map(({ event, route }) => [event, route])).toEqual([
    ['$pageview', '/'],
    ['$pageview', '/recipes/[id]'],
    ['$pageview', '/recipes/[id]'],
    ['clicked', '/recipes/[id]'],
  ])
  await page.context().close()
  await collector.close()
})
