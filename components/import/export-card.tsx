'use client'

import { useState } from 'react'
import { RANGES, type RangeName } from '@/lib/core/time-range'
import { SettingsCard } from '../settings/settings-card'
import { Button } from '../ui/button'
import { CodeBlock } from '../ui/code-block'
import { Field, Select } from '../ui/field'

const RANGE_NAMES = {
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '90d': 'Last 90 days',
} as const satisfies Record<RangeName, string>

/** Gives every event of a range as a file. Shown to whoever may export. */
export function ExportCard({ project }: { project: string }) {
  const [range, setRange] = useState<RangeName>('30d')
  const [format, setFormat] = useState('csv')
  // A link and no request: the browser writes what comes to disk, however much it is.
  const path = `/api/export/events?${new URLSearchParams({ project, range, format })}`
  return (
    <SettingsCard
      title="Export"
      description="Every event, one line each, without marked bots. The import above reads it again. Each report is there as CSV, too: add format=csv to its address."
    >
      <div className="flex flex-wrap items-end gap-4">
        <Field label="Period">
          {(control) => (
            <Select {...control} value={range} onChange={(event) => setRange(event.target.value as RangeName)}>
              {RANGES.map((each) => (
                <option key={each} value={each}>
                  {RANGE_NAMES[each]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="As">
          {(control) => (
            <Select {...control} value={format} onChange={(event) => setFormat(event.target.value)}>
              <option value="csv">CSV</option>
              <option value="ndjson">Lines of JSON</option>
            </Select>
          )}
        </Field>
        <Button asChild variant="primary">
          <a href={path} download>
            Download
          </a>
        </Button>
      </div>
      <CodeBlock
        label="The same from a server"
        code={`curl -H "Authorization: Bearer $GROWTH_SECRET_KEY" "$GROWTH_URL${path}"`}
      />
    </SettingsCard>
  )
}
