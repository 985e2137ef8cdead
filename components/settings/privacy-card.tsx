'use client'

import { type FormEvent, type ReactNode, useState } from 'react'
import type { ProjectPolicy } from '@/lib/contracts/project-policy'
import type { ProjectSettings } from '@/lib/contracts/project-settings'
import { updateProject } from '../data/project-settings'
import { useSubmit } from '../data/use-submit'
import { SubmitOutcome } from '../forms/submit-outcome'
import { Button } from '../ui/button'
import { Checkbox } from '../ui/checkbox'
import { Field, TextArea } from '../ui/field'
import { parseLines, toLineFault } from './lines'
import { SettingsCard } from './settings-card'

type PrivacyCardProps = { settings: ProjectSettings; canChange: boolean }
type Draft = Pick<ProjectPolicy, 'honoursGpc' | 'honoursDnt' | 'keepsAddresses' | 'keepsUserAgents' | 'scrubs'>

/** What is kept of visitors, what is cut out of what they send, and which of their signals are honoured. */
export function PrivacyCard({ settings, canChange }: PrivacyCardProps) {
  const { deniedProperties, ignoredUserIds: __, retentionDays: _, ...policy } = settings.settings
  const [draft, setDraft] = useState<Draft>(policy)
  const [denied, setDenied] = useState(deniedProperties.join('\n'))
  const [sent, setSent] = useState<readonly string[]>([])
  const state = useSubmit()
  const save = (event: FormEvent) => {
    event.preventDefault()
    const names = parseLines(denied)
    setSent(names)
    void state.submit(async () => {
      const saved = await updateProject(settings.slug, { settings: { ...draft, deniedProperties: names } })
      setDenied(saved.settings.deniedProperties.join('\n'))
    })
  }
  const fault = state.error && toLineFault(state.error.issues, 'settings.deniedProperties', sent)
  return (
    <SettingsCard
      title="Privacy"
      description="Holds for what arrives from now on, before anything is stored. What is stored already stays as it is."
    >
      <form onSubmit={save} noValidate className="flex flex-col gap-6">
        <PolicyFields draft={draft} isDisabled={!canChange} onChange={setDraft} />
        <Field
          label="Properties that are never stored"
          hint="One name per line, at any depth; case, - and _ do not matter"
          error={fault}
        >
          {(control) => (
            <TextArea
              {...control}
              rows={6}
              value={denied}
              onChange={(event) => setDenied(event.target.value)}
              disabled={!canChange}
              spellCheck={false}
            />
          )}
        </Field>
        {canChange && (
          <Button type="submit" variant="primary" disabled={state.isSending} className="self-start">
            {state.isSending ? 'Saving…' : 'Save'}
          </Button>
        )}
        <SubmitOutcome
          state={fault ? { error: undefined, isDone: false } : state}
          done="Saved. It holds within seconds."
        />
      </form>
    </SettingsCard>
  )
}

type PolicyFieldsProps = { draft: Draft; isDisabled: boolean; onChange: (draft: Draft) => void }

function PolicyFields({ draft, isDisabled, onChange }: PolicyFieldsProps) {
  const box = (name: Exclude<keyof Draft, 'scrubs'>) => ({
    checked: draft[name],
    disabled: isDisabled,
    onCheckedChange: (isChecked: boolean) => onChange({ ...draft, [name]: isChecked }),
  })
  const scrub = (name: keyof Draft['scrubs']) => ({
    checked: draft.scrubs[name],
    disabled: isDisabled,
    onCheckedChange: (isChecked: boolean) => onChange({ ...draft, scrubs: { ...draft.scrubs, [name]: isChecked } }),
  })
  return (
    <div className="grid gap-6 sm:grid-cols-2 md:grid-cols-3">
      <Group title="Signals of browsers">
        <Checkbox
          label="Honour Global Privacy Control"
          hint="Under Sec-GPC nothing is stored that ties two events together."
          {...box('honoursGpc')}
        />
        <Checkbox label="Honour Do Not Track, too" hint="Treated like Global Privacy Control." {...box('honoursDnt')} />
      </Group>
      <Group title="Kept besides">
        <Checkbox
          label="Keep truncated addresses"
          hint="The first three bytes of IPv4, the first six of IPv6."
          {...box('keepsAddresses')}
        />
        <Checkbox
          label="Keep user agents"
          hint="Browser, system and device are kept in any case."
          {...box('keepsUserAgents')}
        />
      </Group>
      <Group title="Replaced in texts">
        <Checkbox label="E-mail addresses" hint="By [email]" {...scrub('email')} />
        <Checkbox label="Card numbers" hint="By [card], when their check digit is right" {...scrub('card')} />
        <Checkbox label="Tokens and keys" hint="By [token]" {...scrub('token')} />
      </Group>
    </div>
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="mb-3 font-medium text-ink-faint text-xs">{title}</legend>
      {children}
    </fieldset>
  )
}
