'use client'

import { type FormEvent, useState } from 'react'
import type { ImportAnswer, ImportFormat } from '@/lib/contracts/import'
import { importFile } from '../data/import'
import { useSubmit } from '../data/use-submit'
import { SubmitOutcome } from '../forms/submit-outcome'
import { SettingsCard } from '../settings/settings-card'
import { Button } from '../ui/button'
import { CodeBlock } from '../ui/code-block'
import { Field, Select, TextArea, TextInput } from '../ui/field'
import { ImportResult } from './import-result'
import { parseMapping } from './parse-mapping'

const FORMAT_NAMES = {
  csv: 'CSV',
  ndjson: 'Lines of JSON',
  'combined-log': 'Access log of Apache or Nginx',
  umami: 'Umami, website_event.csv',
  posthog: 'PostHog, events as JSON lines',
  mixpanel: 'Mixpanel, raw export',
} as const satisfies Record<ImportFormat, string>

const MAPPING_HINT =
  'One line per field, such as timestamp = date. A second = marks a constant. Without lines a column fills the field of its name, and every other column becomes a property.'

/** Takes a file of events from elsewhere. Shown to whoever may import. */
export function ImportCard({ project }: { project: string }) {
  const [format, setFormat] = useState<ImportFormat>('csv')
  const [file, setFile] = useState<File | null>(null)
  const [mappingText, setMappingText] = useState('')
  const [result, setResult] = useState<ImportAnswer | null>(null)
  const state = useSubmit()
  const isMapped = format === 'csv' || format === 'ndjson'
  const parsed = parseMapping(isMapped ? mappingText : '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!file || !parsed.ok) return
    setResult(null)
    const request = { format, mapping: parsed.mapping, delimiter: null }
    void state.submit(async () => setResult(await importFile(project, file, request)))
  }
  return (
    <SettingsCard
      title="Import"
      description="Events from a file, plain or gzip. The same file again adds nothing, so a broken-off import is simply sent again."
    >
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Format">
            {(control) => (
              <Select {...control} value={format} onChange={(event) => setFormat(event.target.value as ImportFormat)}>
                {Object.entries(FORMAT_NAMES).map(([value, name]) => (
                  <option key={value} value={value}>
                    {name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="File">
            {(control) => (
              <TextInput
                {...control}
                type="file"
                className="py-1.5"
                onChange={(event) => setFile(event.target.files?.[0] ?? null)}
              />
            )}
          </Field>
        </div>
        {isMapped && (
          <Field label="Columns" hint={MAPPING_HINT} error={parsed.ok ? undefined : parsed.fault}>
            {(control) => (
              <TextArea
                {...control}
                rows={4}
                value={mappingText}
                onChange={(event) => setMappingText(event.target.value)}
                placeholder={'timestamp = date\nevent = =purchase\nuserId = customer\nproperties.revenue = amount'}
                spellCheck={false}
              />
            )}
          </Field>
        )}
        <Button
          type="submit"
          variant="primary"
          className="self-start"
          disabled={state.isSending || !file || !parsed.ok}
        >
          {state.isSending ? 'Importing…' : 'Import'}
        </Button>
        <SubmitOutcome state={{ ...state, isDone: false }} done="" />
      </form>
      {result && <ImportResult result={result} />}
      <CodeBlock
        label="Large files, from the command line"
        code={`npm run import -- ${format} FILE --project ${project}`}
      />
    </SettingsCard>
  )
}
