'use client'

import { useState } from 'react'
import type { RetentionReport } from '@/lib/contracts/retention'
import { CURVE_STYLES } from '../charts/curve-styles'
import { RetentionCurves } from '../charts/retention-curves'
import { RetentionHeatmap } from '../charts/retention-heatmap'
import { Select } from '../ui/field'
import { nameCohort, nameColumn } from './interval-names'
import type { RetentionState } from './retention-url'

type RetentionResultProps = { report: RetentionReport; state: RetentionState; timezone: string }

const WHOLE = 'whole'

/** Curves and the table of cohorts; with a breakdown a curve per value, and the table of the value that is chosen. */
export function RetentionResult({ report, state, timezone }: RetentionResultProps) {
  const { interval, figures } = state
  const [chosen, setChosen] = useState(WHOLE)
  const columns = report.averageRatios.map((_, age) => nameColumn(interval, age))
  const values = (report.breakdown ?? []).map((each, index) => ({
    ...each,
    key: String(index),
    label: nameValue(each),
  }))
  const shown = values.find(({ key }) => key === chosen) ?? report
  const everybody = { key: WHOLE, label: 'Everybody', ratios: report.averageRatios }
  return (
    <>
      {columns.length > 1 && (
        <RetentionCurves
          title="Average retention"
          columns={columns}
          curves={[
            everybody,
            ...values.map(({ key, label, averageRatios }) => ({ key, label, ratios: averageRatios })),
          ]}
        />
      )}
      {values.length > 0 && (
        <div className="flex flex-wrap items-center gap-3">
          <label htmlFor="retention-value" className="font-medium text-[0.8125rem]">
            Cohorts of
          </label>
          <div className="w-56">
            <Select id="retention-value" value={chosen} onChange={(event) => setChosen(event.target.value)}>
              <option value={WHOLE}>everybody</option>
              {values.map(({ key, label }) => (
                <option key={key} value={key}>
                  {label}
                </option>
              ))}
            </Select>
          </div>
          {values.length + 1 > CURVE_STYLES.length && (
            <p className="text-ink-faint text-xs">The chart draws the {CURVE_STYLES.length - 1} largest.</p>
          )}
        </div>
      )}
      <RetentionHeatmap
        caption={`People who came back, by cohort and ${interval}`}
        cohortLabel="Cohort"
        columns={columns}
        rows={shown.cohorts.map(({ start, counts }, index) => ({
          name: nameCohort(interval, start, timezone),
          counts,
          completeCount: report.completeCounts[index] ?? 0,
        }))}
        averageRatios={shown.averageRatios}
        figures={figures}
      />
    </>
  )
}

function nameValue({ value, isOther }: { value: unknown; isOther: boolean }): string {
  if (isOther) return 'all others'
  if (value === null) return 'without a value'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
