'use client'

import { useParams, usePathname } from 'next/navigation'
import { useEffect } from 'react'
import { pageClient, rememberPattern } from './page-client'
import { recordPageView } from './page-view'
import { toRoutePattern } from './route-pattern'

let isListening = false

/**
 * Sends one `$pageview` per navigation of the App Router, named by the route's pattern (`/recipes/[id]`), and lets
 * everything else on that page carry the pattern, too. Use it once, in the root layout's client provider.
 */
export function usePageViews(): void {
  const pathname = usePathname()
  const params = useParams()

  useEffect(() => {
    // The key is what vitals and events see in the address bar; usePathname leaves a base path out.
    rememberPattern(location.pathname, toRoutePattern(pathname, params))
    recordPageView(pageClient.page)
    if (!isListening) addEventListener('pageshow', (event) => event.persisted && recordPageView(pageClient.page, true))
    isListening = true
  }, [pathname, params])
}
