'use client'

import Monitor from 'lucide-react/icons/monitor'
import Moon from 'lucide-react/icons/moon'
import Sun from 'lucide-react/icons/sun'
import { useState } from 'react'
import { Button } from './button'
import { THEMES, type Theme, toThemeCookie } from './theme'

const LOOKS = {
  system: { Icon: Monitor, name: 'as the system' },
  light: { Icon: Sun, name: 'light' },
  dark: { Icon: Moon, name: 'dark' },
} as const

/**
 * Steps through system, light and dark. The choice is kept in a cookie, which the root layout turns into `data-theme` on the
 * server, so the first paint is already right; here the attribute is only kept in step until the next load.
 */
export function ThemeToggle({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState(initial)
  const { Icon, name } = LOOKS[theme]
  const step = () => {
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system'
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and older Safari
    document.cookie = toThemeCookie(next)
    if (next === 'system') document.documentElement.removeAttribute('data-theme')
    else document.documentElement.setAttribute('data-theme', next)
    setTheme(next)
  }
  return (
    <Button
      variant="quiet"
      size="icon"
      onClick={step}
      aria-label={`Colours: ${name}. Change`}
      title={`Colours: ${name}`}
    >
      <Icon aria-hidden="true" className="size-4" />
    </Button>
  )
}
