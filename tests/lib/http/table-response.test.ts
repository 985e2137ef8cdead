import { expect, test } from 'vitest'
import { takeTableQuery, toTableResponse } from '../../../lib/http/table-response'

const report = {
  totals: { events: 2 },
  top: [
    { event: '=a', count: 2 },
    { event: 'b', people: 1 },
  ],
}

test('one table has its own columns, all of them name theirs', async () => {
  const one = toTableResponse(report, { format: 'csv', table: 'top' })
  expect(await one.text()).toBe("event,count,people\r\n'=a,2,\r\nb,,1\r\n")
  expect(one.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
  expect(one.headers.get('content-disposition')).toBe('attachment; filename="top.csv"')
  expect(await toTableResponse(report, { format: 'csv' }).text()).toBe(
    "table,event,count,people,totals.events\r\ntop,'=a,2,,\r\ntop,b,,1,\r\nsummary,,,,2\r\n",
  )
  expect(await toTableResponse(report, { format: 'ndjson', table: 'top' }).text()).toBe(
    '{"event":"=a","count":2}\n{"event":"b","people":1}\n',
  )
})

test('a table that is not there is said together with those that are; of nothing there are no lines', async () => {
  expect(() => toTableResponse(report, { format: 'csv', table: 'x' })).toThrow('it has top, summary')
  expect(await toTableResponse({}, { format: 'csv' }).text()).toBe('')
})

test('the query keeps what is the report’s', () => {
  const search = new URLSearchParams('range=7d&format=csv&table=top')
  expect(takeTableQuery(search)).toEqual({ format: 'csv', table: 'top' })
  expect(search.toString()).toBe('range=7d')
  expect(takeTableQuery(new URLSearchParams('range=7d'))).toBeNull()
  expect(takeTableQuery(new URLSearchParams('format=json'))).toBeNull()
  expect(() => takeTableQuery(new URLSearchParams('format=xml'))).toThrow('format=csv')
})
