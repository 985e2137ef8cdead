'use client'

import { type FormEvent, useState } from 'react'
import type { ProjectPolicy } from '@/lib/contracts/project-policy'
import type { ProjectSettings } from '@/lib/contracts/project-settings'
import { updateProject } from '../data/project-settings'
import { useSubmit } from '../data/use-submit'
import { ConfirmDialog } from '../forms/confirm-dialog'
import { SubmitOutcome } from '../forms/submit-outcome'
import { Button } from '../ui/button'
import { Field, TextInput } from '../ui/field'
import { parseDays } from './parse-days'
import { SettingsCard } from './settings-card'

type Days = ProjectPolicy['retentionDays']
type Table = keyof Days

const TABLES: readonly { table: Table; label: string }[] = [
  { table: 'events', label: 'Events' },
  { table: 'conversions', label: 'Conversions' },
  { table: 'vitals', label: 'Web vitals' },
  { table: 'ai', label: 'AI calls' },
  { table: 'database', label: 'Database queries' },
]
const NOT_DAYS = 'A whole number of days, or nothing'

type RetentionCardProps = { settings: ProjectSettings; canChange: boolean }

/** For how many days the rows of each table are kept. What would delete more than before is asked for once more. */
export function RetentionCard({ settings, canChange }: RetentionCardProps) {
  const [kept, setKept] = useState(settings.settings.retentionDays)
  const [texts, setTexts] = useState(() => toTexts(kept))
  const [asked, setAsked] = useState<Days | null>(null)
  const state = useSubmit()
  const days = TABLES.map(({ table }) => [table, parseDays(texts[table])] as const)
  const isValid = days.every(([, each]) => each !== undefined)
  const store = async (next: Days) => {
    const saved = await updateProject(settings.slug, { settings: { retentionDays: next } })
    setKept(saved.settings.retentionDays)
    setTexts(toTexts(saved.settings.retentionDays))
  }
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (!isValid) return
    const next = Object.fromEntries(days) as Days
    if (TABLES.some(({ table }) => isShorter(next[table], kept[table]))) setAsked(next)
    else void state.submit(() => store(next))
  }
  return (
    <SettingsCard
      title="Retention"
      description="Days that single rows are kept, by table; empty keeps them for ever. Older ones are deleted by a job that npm start runs every hour. Counts by the hour stay: they say nothing about anyone."
    >
      <form onSubmit={save} noValidate className="flex flex-col gap-4">
        <div className="grid grid-cols-2 gap-4 sm:grid-cols-5">
          {TABLES.map(({ table, label }) => (
            <Field
              key={table}
              label={label}
              error={
                parseDays(texts[table]) === undefined
                  ? NOT_DAYS
                  : state.error?.issueAt(`settings.retentionDays.${table}`)
              }
            >
              {(control) => (
                <TextInput
                  {...control}
                  value={texts[table]}
                  onChange={(event) => setTexts({ ...texts, [table]: event.target.value })}
                  disabled={!canChange}
                  inputMode="numeric"
                  autoComplete="off"
                  placeholder="for ever"
                  className="figures"
                />
              )}
            </Field>
          ))}
        </div>
        {canChange && (
          <Button type="submit" variant="primary" disabled={state.isSending || !isValid} className="self-start">
            {state.isSending ? 'Saving…' : 'Save'}
          </Button>
        )}
        <SubmitOutcome state={state} done="Saved." />
      </form>
      {asked && (
        <ConfirmDialog
          title="Keep rows for a shorter time?"
          description="The next run of the job deletes rows older than the new limits, and the reports of those days lose them. This cannot be undone."
          action="Delete older rows"
          onConfirm={() => state.submit(() => store(asked))}
          onClose={() => setAsked(null)}
        />
      )}
    </SettingsCard>
  )
}

function toTexts(days: Days): Record<Table, string> {
  return Object.fromEntries(TABLES.map(({ table }) => [table, days[table]?.toString() ?? ''])) as Record<Table, string>
}

/** Null is for ever, the longest of all. */
function isShorter(next: number | null, kept: number | null): boolean {
  return next !== null && (kept === null || next < kept)
}
