import type { Progress } from '../../lib/import/journal'

/** What progress is shown on: a terminal redraws its line, everything else gets one line per tenth. */
export type Screen = { isTTY?: boolean | undefined; write(text: string): unknown }

/** Shows how far an import is: called after each batch with the share of the file that is read (0..1), and at the end with `done`. */
export function createProgress(screen: Screen): (progress: Progress, readRatio: number, isDone?: boolean) => void {
  let tenths = -1
  return (progress, readRatio, isDone = false) => {
    const ratio = Math.min(1, Math.max(0, readRatio))
    const text = `${toPercent(ratio)} ${toCounts(progress)}`
    if (screen.isTTY) {
      screen.write(`\r\u001b[2K${toBar(ratio)} ${text}${isDone ? '\n' : ''}`)
      return
    }
    const now = Math.floor(ratio * 10)
    if (now === tenths && !isDone) return
    tenths = now
    screen.write(`${text}\n`)
  }
}

/** The counts of an import in words; what is none is left out. */
export function toCounts({ records, accepted, duplicates, skipped, rejected }: Progress): string {
  const parts = [
    [accepted, 'stored'],
    [duplicates, 'already there'],
    [skipped, 'no events'],
    [rejected, 'rejected'],
  ] as const
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${toNumber(count)} ${what}`)
  return [`${toNumber(records)} ${records === 1 ? 'record' : 'records'}`, ...said].join(', ')
}

const BAR_LENGTH = 24

function toBar(ratio: number): string {
  const filled = Math.round(ratio * BAR_LENGTH)
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_LENGTH - filled)}]`
}

function toPercent(ratio: number): string {
  return `${Math.floor(ratio * 100)} %`.padStart(5)
}

function toNumber(count: number): string {
  return count.toLocaleString('en-US')
}
