import { describe, expect, test } from 'vitest'
import {
  DEFAULT_POLICY,
  projectPolicy,
  projectPolicyPatch,
  toProjectPolicy,
} from '../../../lib/contracts/project-policy'

describe('a project’s policy', () => {
  test('is the default where nothing is set, and the default is a valid policy', () => {
    expect(toProjectPolicy({})).toEqual(DEFAULT_POLICY)
    expect(projectPolicy.parse(DEFAULT_POLICY)).toEqual(DEFAULT_POLICY)
    expect(DEFAULT_POLICY).toMatchObject({ honoursGpc: true, keepsAddresses: false, keepsUserAgents: false })
  })

  test('is what is set, field by field', () => {
    const settings = { honoursDnt: true, scrubs: { email: false }, retentionDays: { vitals: 30 }, other: 'setting' }
    expect(toProjectPolicy(settings)).toEqual({
      ...DEFAULT_POLICY,
      honoursDnt: true,
      scrubs: { email: false, card: true, token: true },
      retentionDays: { ...DEFAULT_POLICY.retentionDays, vitals: 30 },
    })
  })

  test('falls back to the default for what cannot be understood, and for that alone', () => {
    const settings = { honoursGpc: 'no', keepsAddresses: true, deniedProperties: 'all', scrubs: [], retentionDays: 5 }
    expect(toProjectPolicy(settings)).toEqual({ ...DEFAULT_POLICY, keepsAddresses: true })
    expect(toProjectPolicy({ retentionDays: { events: -1, ai: 7 } }).retentionDays).toEqual({
      ...DEFAULT_POLICY.retentionDays,
      ai: 7,
    })
  })

  test('is parsed once for one settings object', () => {
    const settings = { honoursDnt: true }
    expect(toProjectPolicy(settings)).toBe(toProjectPolicy(settings))
    expect(toProjectPolicy({ ...settings })).not.toBe(toProjectPolicy(settings))
  })

  test('changes by any part of it and by nothing else', () => {
    expect(projectPolicyPatch.parse({})).toEqual({})
    const part = { scrubs: { token: false }, retentionDays: { events: null } }
    expect(projectPolicyPatch.parse(part)).toEqual(part)
    for (const patch of [{ unknown: 1 }, { scrubs: { phone: true } }, { retentionDays: { events: 1.5 } }]) {
      expect(projectPolicyPatch.safeParse(patch).success).toBe(false)
    }
  })
})
