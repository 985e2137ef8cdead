import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** Where a Chromium may be when Playwright has not installed its own. */
const SYSTEM_BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** The Chromium to test with: Playwright's own, else an installed one; null when there is none. */
export function findChromium(): string | null {
  const candidates = [chromium.executablePath(), ...SYSTEM_BROWSERS]
  return candidates.find((path) => path !== '' && existsSync(path)) ?? null
}

let userAgent: string | undefined

/**
 * Starts Chromium without a window and without any request of its own. Headless, it names itself in its user agent and is
 * then rightly marked as a bot, so it is given the name of the same Chromium with a window. Throws when there is none.
 */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium()
  if (!executablePath) throw new Error('No Chromium found: run `npx playwright-core install chromium`.')
  userAgent ??= await readUserAgent(executablePath)
  // As a flag: a beacon that leaves with its page does not carry the user agent of a Playwright context.
  return await chromium.launch({ executablePath, args: [...flags(), `--user-agent=${userAgent}`] })
}

function flags(): string[] {
  return [
    // The sandbox needs a user other than root; where there is one it stays on.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ]
}

async function readUserAgent(executablePath: string): Promise<string> {
  const browser = await chromium.launch({ executablePath, args: flags() })
  try {
    const page = await browser.newPage()
    return (await page.evaluate(() => navigator.userAgent)).replace('HeadlessChrome', 'Chrome')
  } finally {
    await browser.close()
  }
}

/** A page of a browser profile of its own, as a person has it. */
export async function newVisitor(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  return await (await browser.newContext(options)).newPage()
}

/**
 * Leaves the page as a visitor does, once the browser has reported its interactions: only then does INP have a value.
 * The page is hidden by a navigation, because a new tab does not hide the old one in headless Chromium.
 */
export async function leavePage(page: Page): Promise<void> {
  // An interaction is reported after its frame, when the browser is idle: two frames, idle, and one task more.
  await page.evaluate(
    () =>
      new Promise<void>((settled) => {
        requestAnimationFrame(() =>
          requestAnimationFrame(() => requestIdleCallback(() => setTimeout(settled, 100), { timeout: 1_000 })),
        )
      }),
  )
  await page.goto('about:blank')
}

/** Collects what a page says on its console or through exceptions, and every Content-Security-Policy violation. */
export function watchConsole(page: Page): { violations: string[]; errors: string[] } {
  const seen = { violations: [] as string[], errors: [] as string[] }
  page.on('console', (message) => {
    const line = `${page.url()}: ${message.text()}`
    if (/Content Security Policy/i.test(message.text())) seen.violations.push(line)
    else if (message.type() === 'error') seen.errors.push(line)
  })
  page.on('pageerror', (error) => seen.errors.push(`${page.url()}: ${error.message}`))
  return seen
}
