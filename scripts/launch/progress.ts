/** Prints one line of progress, so that no long step passes in silence. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Runs a step, says that it began, and how long it took when that was noticeable. */
export async function step<Result>(title: string, run: () => Promise<Result>): Promise<Result> {
  const startedMs = performance.now()
  say(`· ${title} …`)
  const result = await run()
  const seconds = (performance.now() - startedMs) / 1000
  if (seconds >= 1) say(`  done in ${seconds.toFixed(1)} s`)
  return result
}

/** Ends the process with a message that says what to do. Never returns. */
export function fail(message: string): never {
  process.stderr.write(`\n✗ ${message}\n`)
  process.exit(1)
}
