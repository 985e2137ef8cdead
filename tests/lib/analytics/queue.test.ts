import { expect, test } from 'vitest'
import { createQueue, createTabStore, DROPPED_KEY } from '@/lib/analytics/queue'

const item = (id: string, event = 'x', text = '') => ({ id, timestamp: 1, event, text })
const ids = (queue: ReturnType<typeof createQueue>) => queue.readAll().map((entry) => entry.item.id)

test('an item stays as it was when it was appended', () => {
  const queue = createQueue({})
  const changing = item('a', 'before')
  queue.append('events', changing, false)
  changing.event = 'after'
  expect(queue.readAll()[0]?.frozen).toContain('before')
})

test('the same id again replaces the entry, and settling the older version keeps the newer', () => {
  const queue = createQueue({})
  queue.append('performance', item('a', 'first'), false)
  const [older] = queue.readAll()
  queue.append('performance', item('a', 'second'), false)
  if (older) queue.settle(older)
  expect(queue.readAll().map(({ frozen }) => JSON.parse(frozen).event)).toEqual(['second'])
})

test('the tab keeps what was not settled, oldest first, and nothing of what was', () => {
  const tab = { other: 'stays' }
  const queue = createQueue(tab)
  for (const id of ['b', 'a', 'c']) queue.append('events', item(id), id === 'c')
  const settled = queue.readAll().find((entry) => entry.item.id === 'b')
  if (settled) queue.settle(settled)
  expect(createTabStore(tab).readAll()).toEqual([
    ['events', item('a'), false],
    ['events', item('c'), true],
  ])
  expect(Object.keys(tab)).toHaveLength(3)
})

test('when it holds 1,000 items the oldest page view goes first, then the oldest item, and each is counted', () => {
  const tab: Record<string, string> = {}
  const queue = createQueue(tab)
  for (let at = 0; at < 1_000; at += 1) queue.append('events', item(`${at}`, at === 5 ? '$pageview' : 'x'), false)
  expect(tab[DROPPED_KEY]).toBeUndefined()
  queue.append('events', item('new'), false)
  expect(ids(queue)).not.toContain('5')
  queue.append('events', item('newer'), false)
  expect(ids(queue)).not.toContain('0')
  expect(ids(queue)).toContain('newer')
  expect([ids(queue).length, Number(tab[DROPPED_KEY])]).toEqual([1_000, 2])
  // What a reload finds there goes on counting.
  tab[DROPPED_KEY] = '7'
  queue.append('events', item('newest'), false)
  expect(Number(tab[DROPPED_KEY])).toBe(8)
})

test('large items bound it sooner', () => {
  const queue = createQueue({})
  for (let at = 0; at < 50; at += 1) queue.append('events', item(`${at}`, 'x', 'y'.repeat(100_000)), false)
  expect(ids(queue).length).toBeLessThan(10)
  expect(ids(queue)).toContain('49')
})

test('a store that is full loses nothing from memory', () => {
  const full = new Proxy(
    {},
    {
      set: () => {
        throw new DOMException('full', 'QuotaExceededError')
      },
    },
  )
  const queue = createQueue(full)
  queue.append('events', item('a'), false)
  expect(ids(queue)).toEqual(['a'])
})
