import type { Metadata } from 'next'
import Link from 'next/link'
import { connection } from 'next/server'
import { Brand } from '@/components/shell/brand'
import { SignInForm } from '@/components/shell/sign-in-form'
import { Card } from '@/components/ui/card'
import { toNextPath } from '@/lib/auth/next-path'

export const metadata: Metadata = { title: 'Sign in' }

type SearchParams = Promise<{ next?: string | string[] }>

/** Sign-in for the team; visitors of measured sites never see it. */
export default async function SignInPage({ searchParams }: { searchParams: SearchParams }) {
  await connection()
  const { next } = await searchParams
  return (
    <main id="main" className="flex min-h-dvh flex-col items-center justify-center gap-8 px-4 py-12">
      <Link href="/" className="rounded-control">
        <Brand />
      </Link>
      <Card className="w-full max-w-sm p-6 sm:p-8">
        <h1 className="mb-6 font-semibold text-xl tracking-tight">Sign in</h1>
        <SignInForm nextPath={toNextPath(typeof next === 'string' ? next : null)} />
      </Card>
      <p className="max-w-sm text-center text-ink-faint text-xs">
        The first start printed an address and a password on the terminal. Admins add further people in the settings.
      </p>
    </main>
  )
}
