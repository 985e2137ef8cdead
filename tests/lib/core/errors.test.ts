import { describe, expect, it } from 'vitest'
import { AppError, ERROR_STATUS } from '@/lib/core/errors'

describe('AppError', () => {
  it('carries the status of its code and keeps what is private in its cause', () => {
    const cause = new Error('password authentication failed for user x')
    const error = new AppError('store_unavailable', 'The store does not answer.', { cause, retryAfterMs: 2_000 })
    expect(error.status).toBe(503)
    expect(error.message).not.toContain('password')
    expect(error.cause).toBe(cause)
    expect(error.retryAfterMs).toBe(2_000)
  })

  it('has no cause unless one is given', () => {
    expect('cause' in new AppError('not_found', 'No such project.')).toBe(false)
  })

  it('knows only statuses of failures', () => {
    for (const status of Object.values(ERROR_STATUS)) expect(status).toBeGreaterThanOrEqual(400)
  })
})
