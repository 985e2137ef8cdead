'use client'

import X from 'lucide-react/icons/x'
import { Button } from '../ui/button'
import { SegmentedControl } from '../ui/segmented-control'
import { PERCENTILES, type VitalsState } from './vitals-url'

const KINDS = [
  { value: 'hard', label: 'Page loads', title: 'The browser loaded a page' },
  { value: 'soft', label: 'In-page', title: 'A route changed inside a loaded page; Chromium only' },
] as const

type VitalsControlsProps = {
  state: VitalsState
  canChange: boolean
  onChange: (patch: Partial<VitalsState>) => void
}

/** Which navigations, which percentile, and the filters that only this page has. */
export function VitalsControls({ state, canChange, onChange }: VitalsControlsProps) {
  const filters = (['connection', 'release'] as const).filter((name) => state[name] !== null)
  return (
    <div className="flex flex-wrap items-center gap-3">
      {canChange && (
        <>
          <SegmentedControl
            label="Navigations"
            value={state.navigations}
            options={KINDS}
            onChange={(navigations) => onChange({ navigations })}
          />
          <SegmentedControl
            label="Percentile"
            value={state.percentile}
            options={PERCENTILES.map((value) => ({ value, label: value }))}
            onChange={(percentile) => onChange({ percentile })}
          />
        </>
      )}
      {filters.map((name) => (
        <Button
          key={name}
          size="small"
          disabled={!canChange}
          aria-label={`Remove the filter ${name} ${state[name]}`}
          onClick={() => onChange({ [name]: null })}
        >
          <span className="text-ink-faint">{name}</span> {state[name]}
          <X aria-hidden="true" className="size-3.5" />
        </Button>
      ))}
    </div>
  )
}
