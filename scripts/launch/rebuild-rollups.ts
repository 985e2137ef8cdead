import { setTimeout as sleep } from 'node:timers/promises'

type JobAnswer = {
  data?: { remaining?: number; hours?: number; isDone?: boolean }
  error?: { code: string; message: string }
}

/** Calls of one job before it counts as stuck: some 40 s of work each, or a pause when the schedule's own run is at work. */
const CALLS_MAX = 500
const PAUSE_MS = 1_000

const HOURLY_JOBS = [
  ['roll-up-vitals', 'Web vitals'],
  ['roll-up-calls', 'AI calls and database queries'],
] as const

/**
 * Has the product at `url` make all rollups anew and waits until none is left to make. Throws an Error with the product's words when
 * it refuses, or when it makes no end.
 */
export async function rebuildRollups(url: string, secret: string, say: (line: string) => void): Promise<void> {
  const run = async (job: string): Promise<NonNullable<JobAnswer['data']>> => {
    const response = await fetch(`${url}/api/jobs/${job}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${secret}` },
    }).catch((cause: unknown) => {
      throw new Error(`Nobody answers at ${url}: start the product first, or name its address.`, { cause })
    })
    const answer = (await response.json()) as JobAnswer
    if (!response.ok || !answer.data) throw new Error(`${job}: ${answer.error?.code} ${answer.error?.message}`)
    return answer.data
  }
  await run('rebuild-rollups')
  say('Everything is marked. Reports read raw rows until it is rolled up again.')
  for (let calls = 1, before = Number.NaN; ; calls += 1) {
    const { remaining = 0 } = await run('roll-up')
    if (remaining === 0) break
    if (calls === CALLS_MAX) throw new Error(`${remaining} days are left after ${calls} runs; run it again.`)
    if (remaining === before) await sleep(PAUSE_MS)
    else say(`Events: ${remaining} days to go.`)
    before = remaining
  }
  for (const [job, what] of HOURLY_JOBS) {
    for (let calls = 1; ; calls += 1) {
      const { hours = 0, isDone = false } = await run(job)
      if (isDone) break
      if (calls === CALLS_MAX) throw new Error(`${what} are left after ${calls} runs; run it again.`)
      if (hours === 0) await sleep(PAUSE_MS)
      else say(`${what}: ${hours} hours more.`)
    }
  }
  say('All rollups are made anew.')
}
