import { describe, expect, it } from 'vitest'
import { toIngestText } from '@/components/overview/ingest-line'
import type { IngestHealth } from '@/lib/contracts/ingest-health'

const toHealth = (totals: IngestHealth['totals'], deadLetters = 0, spilled: number | null = null): IngestHealth => ({
  fromMs: 0,
  toMs: 1,
  totals,
  series: [],
  lagMs: { p50: null, p95: null, p99: null, count: 0 },
  batchRows: { p50: null, p95: null, max: null },
  heldBack: { spilled, oldestMs: null, deadLetters },
  queue: { rows: null },
  instances: 1,
})

describe('the line about ingestion', () => {
  it('says so when nothing was sent', () => {
    expect(toIngestText(toHealth({ accepted: 0 }))).toBe('Nothing was sent in the last hour, and nothing waits.')
  })

  it('names what was stored, refused and held back', () => {
    expect(toIngestText(toHealth({ accepted: 1_234 }))).toBe(
      '1,234 items stored in the last hour · none rejected · nothing held back',
    )
    expect(toIngestText(toHealth({ accepted: 5, 'rejected.too_old': 2, 'rejected.in_future': 1 }, 3, 4))).toBe(
      '5 items stored in the last hour · 3 rejected · 7 held back',
    )
  })
})
