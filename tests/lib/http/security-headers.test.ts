import { expect, test } from 'vitest'
import { toSecurityHeaders } from '../../../lib/http/security-headers'

const policyOf = (options: { isHttps: boolean; isDevelopment: boolean }) =>
  toSecurityHeaders({ nonce: 'abc', ...options }).get('Content-Security-Policy') ?? ''

test('runs scripts by nonce alone: nothing inline, nothing evaluated, no frame', () => {
  const policy = policyOf({ isHttps: true, isDevelopment: false })
  expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';")
  expect(policy).not.toMatch(/script-src[^;]*unsafe/)
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).toContain("object-src 'none'")
})

test('allows eval in development only, where React needs it', () => {
  expect(policyOf({ isHttps: false, isDevelopment: true })).toMatch(/script-src[^;]*'unsafe-eval'/)
})

test('asks for https only where https is spoken', () => {
  const insecure = toSecurityHeaders({ nonce: 'abc', isHttps: false, isDevelopment: false })
  expect(insecure.has('Strict-Transport-Security')).toBe(false)
  expect(insecure.get('Content-Security-Policy')).not.toContain('upgrade-insecure-requests')
  const secure = toSecurityHeaders({ nonce: 'abc', isHttps: true, isDevelopment: false })
  expect(secure.get('Strict-Transport-Security')).toMatch(/^max-age=\d{8}/)
})
