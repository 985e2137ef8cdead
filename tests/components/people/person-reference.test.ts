import { describe, expect, it } from 'vitest'
import { REFERENCE_KINDS, toPersonReference, toReferenceText } from '@/components/people/person-reference'
import { personReference } from '@/lib/contracts/people'

const ACTOR_ID = '3f2b8c1e-7a44-5d1e-9c55-0d6a1f2e3b4c'

describe('a person, named by one id', () => {
  it('is what the routes take, in each way of naming', () => {
    for (const { kind } of REFERENCE_KINDS) {
      const reference = toPersonReference(kind, ` ${ACTOR_ID}\n`)
      expect(personReference.parse(reference)).toEqual({ [kind]: ACTOR_ID })
      expect(reference && toReferenceText(reference)).toBe(ACTOR_ID)
    }
  })

  it('is nobody without an id', () => {
    expect(toPersonReference('userId', '  ')).toBeNull()
  })
})
