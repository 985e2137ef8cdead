import { afterEach, describe, expect, it, vi } from 'vitest'
import { assertProductionSecrets, parseEnv, readOwnOrigin, resetEnv } from '@/lib/platform/env'

const SUPABASE = {
  NEXT_PUBLIC_SUPABASE_URL: 'https://x.supabase.test',
  NEXT_PUBLIC_SUPABASE_ANON_KEY: 'anon',
  SUPABASE_SERVICE_KEY: 'service',
}

describe('parseEnv', () => {
  it('needs nothing and takes an empty string for unset', () => {
    expect(parseEnv({})).toMatchObject({ PORT: 3000, GROWTH_DATA_DIR: '.growth' })
    expect(parseEnv({ PORT: '', DATABASE_URL: '' })).toEqual(parseEnv({}))
  })

  it('reads lists, and the older name of the DeepSeek key', () => {
    const env = parseEnv({ CORS_ORIGINS: 'https://a.test, https://b.test,', DEEPSEEK_R1_API_KEY: 'key' })
    expect(env.CORS_ORIGINS).toEqual(['https://a.test', 'https://b.test'])
    expect(env.DEEPSEEK_API_KEY).toBe('key')
  })

  it('names everything that is wrong at once, and never a value', () => {
    const source = { PORT: 'eighty', GROWTH_SECRET_KEY: 'hunter2', JWT_SECRET: 'short', DATABASE_URL: 'mysql://secret' }
    const read = () => parseEnv(source)
    for (const name of Object.keys(source)) expect(read).toThrow(name)
    for (const value of ['eighty', 'hunter2', 'mysql://secret']) expect(read).not.toThrow(value)
  })

  it('takes a neutral path that nothing else of the product has, without a slash at its end', () => {
    const read = (path: string) => parseEnv({ NEXT_PUBLIC_COLLECT_PATH: path }).NEXT_PUBLIC_COLLECT_PATH
    for (const path of ['/_g', '/in', '/a/b-c']) expect(read(path)).toBe(path)
    expect(read('')).toBe('/_g')
    for (const path of ['g', '/', '/g/', '//g', '/api', '/API/x', '/admin/g', '/_next', '/t.js', '/g?x', '/:slug']) {
      expect(() => read(path), path).toThrow('NEXT_PUBLIC_COLLECT_PATH')
    }
  })

  it('takes Supabase whole or not at all', () => {
    expect(() => parseEnv(SUPABASE)).not.toThrow()
    expect(() => parseEnv({ NEXT_PUBLIC_SUPABASE_URL: SUPABASE.NEXT_PUBLIC_SUPABASE_URL })).toThrow(
      'NEXT_PUBLIC_SUPABASE_ANON_KEY, SUPABASE_SERVICE_KEY: missing',
    )
  })
})

describe('assertProductionSecrets', () => {
  it('names every secret that a production install on Supabase lacks', () => {
    expect(() => assertProductionSecrets(parseEnv(SUPABASE), 'production')).toThrow(
      'GROWTH_SECRET_KEY, GROWTH_JOB_SECRET, ENCRYPTION_KEY',
    )
  })

  it('asks nothing of development and of the embedded modes', () => {
    expect(() => assertProductionSecrets(parseEnv(SUPABASE), 'development')).not.toThrow()
    expect(() => assertProductionSecrets(parseEnv({}), 'production')).not.toThrow()
  })
})

describe('readOwnOrigin', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
    resetEnv()
  })

  it('is the port on this machine, and the deployment on Vercel', () => {
    resetEnv()
    vi.stubEnv('PORT', '4000')
    expect(readOwnOrigin()).toBe('http://127.0.0.1:4000')
    vi.stubEnv('VERCEL', '1')
    vi.stubEnv('VERCEL_URL', 'shop-abc.vercel.app')
    expect(readOwnOrigin()).toBe('https://shop-abc.vercel.app')
  })
})
