import { describe, expect, it } from 'vitest'
import { parseTheme, toThemeCookie } from '@/components/ui/theme'

describe('the theme', () => {
  it('is the system’s for every cookie that names no theme', () => {
    for (const text of [undefined, '', 'system', 'blue', 'dark"><script>']) expect(parseTheme(text)).toBe('system')
    expect(parseTheme('dark')).toBe('dark')
    expect(parseTheme('light')).toBe('light')
  })

  it('is remembered for a year, and forgotten for the system’s', () => {
    expect(toThemeCookie('dark')).toBe('growth-theme=dark; Path=/; Max-Age=31536000; SameSite=Lax')
    expect(toThemeCookie('system')).toContain('Max-Age=0')
  })
})
