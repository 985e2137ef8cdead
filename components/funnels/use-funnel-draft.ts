'use client'

import { useSearchParams } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import type { FunnelDefinitionInput } from '@/lib/contracts/funnel-library'
import { useSettled } from '../segments/use-settled'
import { changeUrlParams } from '../shell/change-url'
import { createDraft, type FunnelDraft, toDefinition, toDraft } from './funnel-draft'

/** In the address: the funnel as JSON, and the saved one that it came from. */
const FUNNEL = 'funnel'
const SAVED = 'saved'

export type FunnelDraftState = {
  draft: FunnelDraft
  /** What is asked: the draft once nothing has been written for a moment; the last complete one while it is incomplete. */
  asked: { definition: FunnelDefinitionInput; draft: FunnelDraft } | null
  /** What could be saved now; null while it is incomplete. */
  definition: FunnelDefinitionInput | null
  savedId: string | null
  change: (draft: FunnelDraft) => void
  /** Shows another funnel; a definition that is none starts anew. */
  open: (savedId: string | null, definition: unknown) => void
}

/** The funnel being written, kept in the address, so that a link to the page is a link to the funnel and Back undoes. */
export function useFunnelDraft(): FunnelDraftState {
  const search = useSearchParams()
  const text = search?.get(FUNNEL) ?? ''
  const [draft, setDraft] = useState(() => parseDraft(text) ?? createDraft())
  const known = useRef(text)
  const settled = useSettled(draft, 400)
  const [asked, setAsked] = useState<FunnelDraftState['asked']>(() => toAsked(draft))

  // The address changed by itself: Back, Forward, or a link.
  useEffect(() => {
    if (text === known.current) return
    known.current = text
    const next = parseDraft(text) ?? createDraft()
    setDraft(next)
    setAsked(toAsked(next))
  }, [text])

  useEffect(() => {
    const next = toAsked(settled)
    if (next === null) return
    setAsked((before) => (JSON.stringify(before?.definition) === JSON.stringify(next.definition) ? before : next))
    const written = JSON.stringify(next.definition)
    if (written === known.current) return
    known.current = written
    changeUrlParams({ [FUNNEL]: written })
  }, [settled])

  return {
    draft,
    asked,
    definition: toDefinition(draft),
    savedId: search?.get(SAVED) ?? null,
    change: setDraft,
    open: (savedId, definition) => {
      const next = toDraft(definition)
      const written = next ? JSON.stringify(toDefinition(next)) : null
      known.current = written ?? ''
      setDraft(next ?? createDraft())
      setAsked(next && toAsked(next))
      changeUrlParams({ [FUNNEL]: written, [SAVED]: savedId })
    },
  }
}

function toAsked(draft: FunnelDraft): FunnelDraftState['asked'] {
  const definition = toDefinition(draft)
  return definition && { definition, draft }
}

function parseDraft(text: string): FunnelDraft | null {
  if (text === '') return null
  try {
    return toDraft(JSON.parse(text))
  } catch {
    return null // an address cut short or written by hand: as if there were none
  }
}
