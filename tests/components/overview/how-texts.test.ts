import { expect, it } from 'vitest'
import { toIgnoredNote } from '@/components/overview/how-texts'

it('names the filters that mean nothing to a card, and no others', () => {
  expect(toIgnoredNote({ segment: 'pro', country: 'DE', device: 'mobile' }, ['segment'])).toBe(
    'Not narrowed by country, device.',
  )
  expect(toIgnoredNote({ segment: 'pro' }, [])).toBe('Not narrowed by segment.')
})

it('says nothing where every filter applies', () => {
  expect(toIgnoredNote({ segment: 'pro' }, ['segment'])).toBeNull()
  expect(toIgnoredNote({}, [])).toBeNull()
})
