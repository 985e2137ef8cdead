'use client'

import { useErasures } from '../data/use-erasures'
import { ErasuresCard } from './erasures-card'
import { FindPersonCard } from './find-person-card'
import { VerifyReceiptCard } from './verify-receipt-card'

export type PeoplePageProps = { project: string; timezone: string; ownId: string }

/** The rights of people: to know what is stored of them, to take it along, to be forgotten, and proof of it. */
export function PeoplePage({ project, timezone, ownId }: PeoplePageProps) {
  const erasures = useErasures(project)
  return (
    <>
      <FindPersonCard project={project} timezone={timezone} onErased={() => void erasures.reload()} />
      <ErasuresCard timezone={timezone} erasures={erasures} ownId={ownId} />
      <VerifyReceiptCard project={project} timezone={timezone} />
    </>
  )
}
