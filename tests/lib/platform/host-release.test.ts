import { describe, expect, it } from 'vitest'
import { toBuildRelease } from '@/lib/platform/host-release'

const SHA = '3f2c9a1d5e6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d'

describe('the release of a build', () => {
  it('is the commit that the host names, as git shows it', () => {
    expect(toBuildRelease({ VERCEL_GIT_COMMIT_SHA: SHA })).toBe('3f2c9a1')
    expect(toBuildRelease({ COMMIT_REF: '', GITHUB_SHA: SHA })).toBe('3f2c9a1')
  })

  it('is what the project says, whatever the host says', () => {
    expect(toBuildRelease({ NEXT_PUBLIC_RELEASE: ' 2.4.0 ', VERCEL_GIT_COMMIT_SHA: SHA })).toBe('2.4.0')
  })

  it('is unknown without either, and never what is no commit', () => {
    expect(toBuildRelease({})).toBeUndefined()
    expect(toBuildRelease({ NEXT_PUBLIC_RELEASE: ' ', COMMIT_REF: 'refs/heads/main' })).toBeUndefined()
  })
})
