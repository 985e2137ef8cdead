import { expect, test } from 'vitest'
import { createServerQueue, type ServerEntry } from '@/lib/analytics/server/server-queue'

const entry = (id: string, fields: Partial<ServerEntry> = {}): ServerEntry => ({
  id,
  frozen: '0123456789',
  visitor: '{}',
  isPageView: false,
  ...fields,
})
const ids = (entries: readonly ServerEntry[]) => entries.map(({ id }) => id)
const queueOf = (itemsMax: number, entries: readonly ServerEntry[], lengthMax = 1_000_000) => {
  const queue = createServerQueue({ itemsMax, lengthMax })
  for (const each of entries) queue.append(each)
  return queue
}

test('items leave in the order they came, at most as many as asked for, and one at least however long it is', () => {
  const queue = queueOf(
    10,
    ['a', 'b', 'c'].map((id) => entry(id)),
  )
  expect(ids(queue.take(2, 1_000))).toEqual(['a', 'b'])
  expect(ids(queue.take(2, 1))).toEqual(['c'])
  expect(queue.take(2, 1_000)).toEqual([])
})

test('a batch is of one visitor', () => {
  const queue = queueOf(10, [entry('a'), entry('b', { visitor: '{"ip":"1"}' }), entry('c')])
  expect(ids(queue.take(10, 1_000))).toEqual(['a', 'c'])
  expect(ids(queue.take(10, 1_000))).toEqual(['b'])
})

test('what nobody has confirmed comes again, ahead of what came later', () => {
  const queue = queueOf(10, [entry('a'), entry('b')])
  const batch = queue.take(1, 1_000)
  queue.append(entry('c'))
  expect([queue.readSize(), queue.readWaiting()]).toEqual([3, 2])
  queue.putBack(batch)
  expect(ids(queue.take(10, 1_000))).toEqual(['a', 'b', 'c'])
})

test('what is settled is gone for good', () => {
  const queue = queueOf(10, [entry('a')])
  queue.settle(queue.take(1, 1_000))
  expect([queue.readSize(), queue.readDropped()]).toEqual([0, 0])
})

test('when it is full the oldest page view goes first, then the oldest item, and each is counted', () => {
  const queue = queueOf(3, [entry('a'), entry('b', { isPageView: true }), entry('c'), entry('d')])
  expect(queue.readDropped()).toBe(1)
  queue.append(entry('e'))
  expect(queue.readDropped()).toBe(2)
  expect(ids(queue.take(10, 1_000))).toEqual(['c', 'd', 'e'])
  queue.forgetDropped(2)
  expect(queue.readDropped()).toBe(0)
})

test('what is on its way counts towards the bound, and is not what is dropped', () => {
  const queue = queueOf(2, [entry('a'), entry('b')])
  const batch = queue.take(1, 1_000)
  queue.append(entry('c'))
  expect([queue.readSize(), queue.readDropped()]).toEqual([2, 1])
  queue.settle(batch)
  expect(ids(queue.take(10, 1_000))).toEqual(['c'])
})

test('page views that were put back are still the first to go', () => {
  const queue = queueOf(3, [entry('a'), entry('b', { isPageView: true }), entry('c')])
  queue.putBack(queue.take(10, 1_000))
  queue.append(entry('d'))
  expect(ids(queue.take(10, 1_000))).toEqual(['a', 'c', 'd'])
})

test('long items bound it sooner', () => {
  const queue = queueOf(
    100,
    Array.from({ length: 10 }, (_, at) => entry(`${at}`)),
    45,
  )
  expect([queue.readSize(), queue.readDropped()]).toEqual([4, 6])
})
