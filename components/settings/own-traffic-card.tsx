'use client'

import { useSyncExternalStore } from 'react'
import { OPT_OUT_KEY } from '@/lib/analytics/consent'
import { optOut } from '@/lib/analytics/growth'
import { Badge } from '../ui/badge'
import { Button } from '../ui/button'
import { CodeBlock } from '../ui/code-block'
import { SettingsCard } from './settings-card'

const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  // Another tab of this browser may change it, too.
  window.addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', listener)
  }
}

function isIgnored(): boolean {
  try {
    return localStorage.getItem(OPT_OUT_KEY) !== null
  } catch {
    return false // storage is forbidden here, so that nothing can be remembered
  }
}

/** Takes this browser out of the figures of this install's own pages, and says how other sites do it. */
export function OwnTrafficCard() {
  const ignored = useSyncExternalStore(subscribe, isIgnored, () => null)
  const change = () => {
    optOut(!ignored)
    for (const listener of listeners) listener()
  }
  return (
    <SettingsCard
      title="Ignore my own traffic"
      description="Per browser: what you do in this one on the pages of this address is no longer measured. Nothing is sent from then on."
      action={
        ignored !== null &&
        (ignored ? <Badge tone="warn">this browser is ignored</Badge> : <Badge>this browser counts</Badge>)
      }
    >
      <Button onClick={change} disabled={ignored === null} className="self-start">
        {ignored ? 'Measure this browser again' : 'Ignore this browser'}
      </Button>
      <CodeBlock label="On another of your sites, once in its console" code="growth.optOut()" />
    </SettingsCard>
  )
}
