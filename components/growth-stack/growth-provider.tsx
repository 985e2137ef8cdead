'use client'

import { type ReactNode, useEffect } from 'react'
import { type AnalyticsSettings, configureAnalytics, usePageViews } from '@/lib/analytics/growth'
// Importing it is what starts measuring: LCP, INP, CLS, FCP and TTFB of every navigation.
import '@/lib/analytics/performance'
import { buildRelease } from '@/lib/platform/public-env'

export type GrowthProviderProps = Pick<
  AnalyticsSettings,
  'publishableKey' | 'endpoint' | 'consent' | 'honourDnt' | 'userToken' | 'release'
> & { children: ReactNode }

/**
 * Turns analytics on for everything inside: page views of the App Router, web vitals, and `useGrowthAnalytics()` in any
 * component. Put it into a layout, once. On the product's own origin no setting is needed; from another one pass
 * `endpoint` (`https://HOST/_g`) and `publishableKey`. A changed `consent` holds from then on. `release` is by default what the
 * build calls itself: NEXT_PUBLIC_RELEASE, else the commit that the host names.
 */
export function GrowthProvider({ children, ...settings }: GrowthProviderProps) {
  return (
    <>
      <Setup {...settings} />
      {children}
    </>
  )
}

// Effects run in the order of the tree. As the first sibling this one's run before those of any page inside, so that what a
// page records as it appears already goes to the right place and carries the route's pattern.
function Setup(props: Omit<GrowthProviderProps, 'children'>) {
  const { publishableKey, endpoint, consent, honourDnt, userToken, release = buildRelease } = props
  useEffect(() => {
    configureAnalytics({
      ...(publishableKey && { publishableKey }),
      ...(endpoint && { endpoint }),
      ...(consent && { consent }),
      ...(honourDnt !== undefined && { honourDnt }),
      ...(userToken && { userToken }),
      ...(release && { release }),
    })
  }, [publishableKey, endpoint, consent, honourDnt, userToken, release])
  usePageViews()
  return null
}
