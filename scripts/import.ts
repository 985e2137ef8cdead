// `npm run import -- FORMAT FILE …`: sends the events of a file to the running product, in parts, and goes on where it was stopped.
import './import/resolve-sources.ts'
import { fileURLToPath } from 'node:url'
import { fail } from './launch/progress.ts'

// The file is named from where the command was typed; everything else from the project.
const cwd = process.env.INIT_CWD ?? process.cwd()
process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const { main } = await import('./import/main.ts')
try {
  await main(process.argv.slice(2), cwd)
} catch (error) {
  fail(error instanceof Error ? error.message : String(error))
}
