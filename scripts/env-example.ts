// Writes .env.example from the one list of settings; with --check it only says whether that is needed.
import { readFileSync, writeFileSync } from 'node:fs'
import { SETTINGS } from '../lib/platform/env.ts'
import { fail, say } from './launch/progress.ts'

const HEAD = `# All settings. None is needed for the embedded mode: npm start makes what it needs and keeps it in GROWTH_DATA_DIR.
# Copy to .env and uncomment what you set. "made at the first start" holds for the embedded and own-Postgres modes.
`
const path = new URL('../.env.example', import.meta.url)
const entries = Object.entries(SETTINGS).map(
  ([name, setting]) =>
    `# ${setting.about}${'generated' in setting ? ' Unset: made at the first start.' : ''}\n# ${name}=\n`,
)
const text = [HEAD, ...entries].join('\n')

if (!process.argv.includes('--check')) {
  writeFileSync(path, text)
  say(`.env.example: ${entries.length} settings`)
} else if (readFileSync(path, 'utf8') !== text) {
  fail('.env.example does not equal the settings in lib/platform/env.ts. Run: node scripts/env-example.ts')
}
