import { expect, test } from 'vitest'
import { createBreaker } from '../../../lib/collect/breaker'

function open(options: { failuresMax?: number; pauseMs?: number } = {}) {
  const clock = { ms: 0 }
  const breaker = createBreaker({ failuresMax: 2, pauseMs: 1_000, ...options, nowMs: () => clock.ms })
  return { clock, breaker }
}

test('leaves alone what failed so often in a row, and not what failed now and then', () => {
  const { breaker } = open()
  for (let i = 0; i < 5; i += 1) {
    breaker.fail()
    expect(breaker.tryEnter()).toBe(true)
    breaker.succeed()
  }
  breaker.fail()
  breaker.fail()
  expect(breaker.tryEnter()).toBe(false)
})

test('lets one caller ask after the pause, and everybody once that went well', () => {
  const { breaker, clock } = open()
  breaker.fail()
  breaker.fail()
  clock.ms = 999
  expect(breaker.tryEnter()).toBe(false)
  clock.ms = 1_000
  expect([breaker.tryEnter(), breaker.tryEnter()]).toEqual([true, false])
  breaker.succeed()
  expect([breaker.tryEnter(), breaker.tryEnter()]).toEqual([true, true])
})

test('begins a new pause with each failure, for ever', () => {
  const { breaker, clock } = open()
  breaker.fail()
  breaker.fail()
  for (let i = 1; i <= 10; i += 1) {
    clock.ms = i * 1_000
    expect(breaker.tryEnter()).toBe(true)
    breaker.fail()
    expect(breaker.tryEnter()).toBe(false)
  }
})
