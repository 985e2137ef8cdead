import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { AdminFrame } from '@/components/shell/admin-frame'
import { HeldBackBanner } from '@/components/shell/held-back-banner'
import { SkipLink } from '@/components/shell/skip-link'
import { parseTheme, THEME_COOKIE } from '@/components/ui/theme'
import { readSession } from './session'

export const metadata: Metadata = { title: 'Dashboard' }

/** The frame of all pages behind sign-in. */
export default async function AdminLayout({ children }: { children: ReactNode }) {
  const [session, cookieJar] = await Promise.all([readSession(), cookies()])
  return (
    <>
      <SkipLink />
      <AdminFrame session={session} theme={parseTheme(cookieJar.get(THEME_COOKIE)?.value)}>
        <HeldBackBanner />
        <main id="main" tabIndex={-1} className="mx-auto max-w-(--page-width) px-4 pb-16 outline-none sm:px-6">
          {children}
        </main>
      </AdminFrame>
    </>
  )
}
