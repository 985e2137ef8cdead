import { expect, test } from 'vitest'
import { Answer } from '../../../lib/http/answer'

test('is 200 without cookies unless told', () => {
  expect(new Answer({ a: 1 })).toMatchObject({ data: { a: 1 }, status: 200, meta: undefined })
  const answer = new Answer(null, { status: 204, cookies: ['a=1', 'b=2'] })
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
})
