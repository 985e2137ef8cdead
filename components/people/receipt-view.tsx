'use client'

import Download from 'lucide-react/icons/download'
import type { ErasureReceipt } from '@/lib/contracts/people'
import { saveFile } from '../data/save-file'
import { formatExactCount } from '../format/format-number'
import { formatMoment } from '../format/format-time'
import { Button } from '../ui/button'
import { CodeBlock } from '../ui/code-block'
import { Notice } from '../ui/notice'
import { RowCountsTable } from './row-counts-table'
import { sumRows } from './table-names'

/** Proof of an erasure, to keep: it names nobody, and this install can tell whether it is genuine. */
export function ReceiptView({ receipt, timezone }: { receipt: ErasureReceipt; timezone: string }) {
  const { id, jws, erasedAt, actorCount, rows } = receipt
  const save = () =>
    saveFile(new Blob([`${JSON.stringify(receipt, null, 2)}\n`], { type: 'application/json' }), `erasure-${id}.json`)
  return (
    <section aria-label="Receipt" className="flex flex-col gap-4 border-line border-t pt-5">
      <Notice tone="good">
        Erased at {formatMoment(Date.parse(erasedAt), timezone)}: {formatExactCount(sumRows(rows))} rows of{' '}
        {formatExactCount(actorCount)} {actorCount === 1 ? 'actor' : 'actors'}.
      </Notice>
      <RowCountsTable caption="What was erased, by table" countLabel="Rows erased" rows={rows} />
      <CodeBlock label="Receipt, signed" code={jws} />
      <Button onClick={save} className="self-start">
        <Download aria-hidden="true" className="size-4" />
        Download receipt
      </Button>
    </section>
  )
}
