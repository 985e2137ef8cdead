/** The cookie that remembers the person's choice in this browser; absent means "as the system". Read by the root layout. */
export const THEME_COOKIE = 'growth-theme'
export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** The theme a cookie's text names; anything unknown is `system`. */
export function parseTheme(text: string | undefined): Theme {
  return text === 'light' || text === 'dark' ? text : 'system'
}

const YEAR_SECONDS = 365 * 86_400

/** The `document.cookie` text that remembers a theme for a year, or forgets the choice for `system`. */
export function toThemeCookie(theme: Theme): string {
  const age = theme === 'system' ? 0 : YEAR_SECONDS
  return `${THEME_COOKIE}=${theme}; Path=/; Max-Age=${age}; SameSite=Lax`
}
