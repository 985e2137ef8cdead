'use client'

import { type FormEvent, useState } from 'react'
import type { VerifyReceiptAnswer } from '@/lib/contracts/people'
import { verifyReceipt } from '../data/people'
import { useSubmit } from '../data/use-submit'
import { formatExactCount } from '../format/format-number'
import { formatMoment } from '../format/format-time'
import { SubmitOutcome } from '../forms/submit-outcome'
import { SettingsCard } from '../settings/settings-card'
import { Button } from '../ui/button'
import { Field, TextArea } from '../ui/field'
import { Notice } from '../ui/notice'
import { type ReferenceKind, toPersonReference } from './person-reference'
import { ReferenceFields } from './reference-fields'
import { sumRows } from './table-names'

/** Says whether a receipt was issued here and is unchanged, and on request whether it is about a certain person. */
export function VerifyReceiptCard({ project, timezone }: { project: string; timezone: string }) {
  const [jws, setJws] = useState('')
  const [kind, setKind] = useState<ReferenceKind>('userId')
  const [text, setText] = useState('')
  const [answer, setAnswer] = useState<VerifyReceiptAnswer | null>(null)
  const state = useSubmit()
  const verify = (event: FormEvent) => {
    event.preventDefault()
    setAnswer(null)
    void state.submit(async () => setAnswer(await verifyReceipt(project, jws.trim(), toPersonReference(kind, text))))
  }
  const fault = state.error?.issueAt('jws')
  const personFault = state.error?.issueAt('person')
  return (
    <SettingsCard
      title="Verify a receipt"
      description="A receipt names nobody. Whoever knows the id can find out here whether it is about them."
    >
      <form onSubmit={verify} noValidate className="flex flex-col gap-4">
        <Field
          label="Receipt"
          hint="The signed text, as it was copied or as “jws” in the downloaded file"
          error={fault}
        >
          {(control) => (
            <TextArea
              {...control}
              rows={3}
              value={jws}
              onChange={(event) => setJws(event.target.value)}
              spellCheck={false}
              className="break-all"
            />
          )}
        </Field>
        <div className="flex flex-wrap items-start gap-3">
          <ReferenceFields
            kind={kind}
            text={text}
            onKindChange={setKind}
            onTextChange={setText}
            idLabel="Person, if you like"
            error={personFault}
          />
        </div>
        <Button type="submit" className="self-start" disabled={state.isSending || jws.trim() === ''}>
          {state.isSending ? 'Verifying…' : 'Verify'}
        </Button>
        {!fault && !personFault && <SubmitOutcome state={{ ...state, isDone: false }} done="" />}
        {answer && <Verdict answer={answer} timezone={timezone} />}
      </form>
    </SettingsCard>
  )
}

function Verdict({ answer: { receipt, isSubject }, timezone }: { answer: VerifyReceiptAnswer; timezone: string }) {
  if (!receipt) return <Notice tone="poor">Not genuine: this project did not sign it, or it was changed.</Notice>
  return (
    <Notice tone={isSubject === false ? 'neutral' : 'good'}>
      Genuine: {formatExactCount(sumRows(receipt.rows))} rows were erased at{' '}
      {formatMoment(Date.parse(receipt.erasedAt), timezone)}.{isSubject === true && ' It is about this person.'}
      {isSubject === false && ' It is not about this person, as they are named here.'}
    </Notice>
  )
}
