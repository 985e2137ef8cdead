import { expect, it } from 'vitest'
import { queueTurn } from '@/components/ui/use-turn'

it('lets in one after the other, each in a task of its own, and passes over who has left', async () => {
  const seen: string[] = []
  const take = (name: string) => () => {
    seen.push(name)
    queueMicrotask(() => seen.push(`after ${name}`))
  }
  queueTurn(take('first'))
  const leave = queueTurn(take('second'))
  queueTurn(take('third'))
  leave()
  await new Promise<void>((done) => {
    queueTurn(done)
  })
  expect(seen).toEqual(['first', 'after first', 'third', 'after third'])
})

it('goes on after everybody has left', async () => {
  queueTurn(() => {})()
  await new Promise<void>((done) => {
    queueTurn(done)
  })
})
