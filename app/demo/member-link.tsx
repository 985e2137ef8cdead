'use client'

import Link from 'next/link'
import { usePantry } from './pantry-store'

/** The way to sign up, or whom this browser belongs to. */
export function MemberLink({ className }: { className: string }) {
  const { member } = usePantry()
  return (
    <Link href="/demo/sign-up" className={`${className} max-w-40 truncate`}>
      {member ? member.name : 'Sign up'}
    </Link>
  )
}
