import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { connection } from 'next/server'
import { parseTheme, THEME_COOKIE } from '@/components/ui/theme'
import { SharedFrame } from '@/components/views/shared-frame'
import { readProjectBySlug } from '@/lib/database/projects'
import { readShare } from '@/lib/database/shares'
import { SharedReport } from './shared-report'

export const metadata: Metadata = { title: 'Shared page', robots: { index: false, follow: false } }

type Props = {
  params: Promise<{ token: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

/**
 * One page of the dashboard, read-only, for whoever has its link. A link that is unknown, revoked or has ended is no page at all,
 * whichever it is. Its figures are asked for with the token as bearer, so that the routes are what it rests on, not this page.
 */
export default async function SharedPage({ params, searchParams }: Props) {
  await connection()
  const { token } = await params
  const share = await readShare(token)
  const project = share && (await readProjectBySlug(share.slug))
  if (!share || !project) notFound()
  // Pages read their state from their address, so that is where the link's state must be.
  const isBare = Object.keys(await searchParams).length === 0
  if (isBare && share.query !== '') redirect(`/share/${token}?${share.query}`)
  const theme = parseTheme((await cookies()).get(THEME_COOKIE)?.value)
  return (
    <SharedFrame
      project={project.name}
      timezone={project.timezone}
      expiresAtMs={share.expiresAtMs}
      search={share.query}
      theme={theme}
    >
      <SharedReport path={share.path} project={project.slug} timezone={project.timezone} />
    </SharedFrame>
  )
}
