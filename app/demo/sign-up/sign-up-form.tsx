'use client'

import Link from 'next/link'
import type { FormEvent } from 'react'
import { useGrowthAnalytics } from '@/lib/analytics/growth'
import { createUuidV7 } from '@/lib/core/ids'
import { updateMember, usePantry } from '../pantry-store'
import { RECIPE_DISCOVERY } from '../recipe-discovery'

const input = 'mt-1 w-full rounded-control border border-line-strong bg-surface px-3 py-2 text-base text-ink'
const button = 'rounded-control px-4 py-2.5 font-medium text-sm'

/**
 * Name and address stay in this browser. Analytics is told a random id and nothing else: that is enough to count a person
 * once, before and after signing up.
 */
export function SignUpForm() {
  const { track, conversion, identify, reset } = useGrowthAnalytics()
  const { member, plan } = usePantry()

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const personId = createUuidV7(Date.now(), crypto.getRandomValues(new Uint8Array(10)))
    updateMember({ personId, name: String(form.get('name')), email: String(form.get('email')) })
    identify(personId)
    track('signed_up', { planned_meals: plan.length })
    conversion(RECIPE_DISCOVERY, 'signed_up')
  }

  function onSignOut() {
    updateMember(null)
    // The next person at this browser is somebody else.
    reset()
  }

  if (member) {
    return (
      <div role="status" className="mt-6 rounded-card border border-line bg-surface p-6 shadow-card">
        <p className="text-lg">Welcome, {member.name}.</p>
        <p className="mt-1 text-ink-soft text-sm leading-relaxed">
          Your name and {member.email} are in this browser only. What was sent is a random id.
        </p>
        <p className="mt-5 flex flex-wrap gap-3">
          <Link href="/demo/plan" className={`${button} bg-accent text-on-accent hover:bg-accent-strong`}>
            See my week
          </Link>
          <button type="button" onClick={onSignOut} className={`${button} border border-line-strong hover:bg-sunken`}>
            Sign out
          </button>
        </p>
      </div>
    )
  }
  return (
    <form onSubmit={onSubmit} className="mt-6 space-y-4 rounded-card border border-line bg-surface p-6 shadow-card">
      <label className="block text-ink-soft text-sm">
        Name
        <input name="name" autoComplete="name" required maxLength={100} className={input} />
      </label>
      <label className="block text-ink-soft text-sm">
        E-mail
        <input name="email" type="email" autoComplete="email" required maxLength={320} className={input} />
      </label>
      <button type="submit" className={`${button} w-full bg-accent text-on-accent hover:bg-accent-strong`}>
        Sign up
      </button>
      <p className="text-ink-faint text-xs leading-relaxed">
        Both stay in this browser. Nothing is sent but a random id.
      </p>
    </form>
  )
}
