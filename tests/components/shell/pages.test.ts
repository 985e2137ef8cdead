import { describe, expect, it } from 'vitest'
import { PAGE_GROUPS, toCurrentPage } from '@/components/shell/pages'

describe('the current page', () => {
  it('is the one at the address, and the one it lies below', () => {
    expect(toCurrentPage('/admin')?.name).toBe('Overview')
    expect(toCurrentPage('/admin/people')?.name).toBe('People')
    expect(toCurrentPage('/admin/people/-42')?.name).toBe('People')
  })

  it('is none elsewhere: not everything below the overview is the overview', () => {
    expect(toCurrentPage('/admin/peoples')).toBeNull()
    expect(toCurrentPage('/share/abc')).toBeNull()
  })

  it('names each page once', () => {
    const pages = PAGE_GROUPS.flatMap(({ pages }) => pages)
    expect(new Set(pages.map(({ path }) => path)).size).toBe(pages.length)
    expect(new Set(pages.map(({ name }) => name)).size).toBe(pages.length)
  })
})
