/** A job endpoint of the product and how long after its end it runs again. */
export type ScheduledJob = { readonly job: string; readonly everyMs: number }

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** What `npm start` runs by itself in every mode; any other scheduler may call the same endpoints as well. */
const JOBS: readonly ScheduledJob[] = [
  { job: 'fold-counts', everyMs: MINUTE_MS },
  { job: 'roll-up', everyMs: MINUTE_MS },
  { job: 'roll-up-vitals', everyMs: MINUTE_MS },
  { job: 'roll-up-calls', everyMs: MINUTE_MS },
  { job: 'purge-expired', everyMs: HOUR_MS },
  { job: 'create-partitions', everyMs: 6 * HOUR_MS },
]

/** The jobs of an install; rows wait outside the store only where there is a Redis for them to wait in. */
export function toJobs({ hasRedis }: { hasRedis: boolean }): readonly ScheduledJob[] {
  return hasRedis ? [{ job: 'drain-spill', everyMs: 5 * SECOND_MS }, ...JOBS] : JOBS
}

/** Longer than the endpoints' own deadline, so that it is they who say what took so long. */
const ANSWER_TIMEOUT_MS = 60 * SECOND_MS

type ScheduleOptions = {
  jobs: readonly ScheduledJob[]
  /** Where the product answers. */
  url: string
  /** GROWTH_JOB_SECRET. */
  secret: string
  /** Told once when a job begins to fail, once when it fails otherwise, and once when it runs again. */
  say: (line: string) => void
  /** Waits; settles early, without error, when `signal` is aborted. */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

/**
 * Runs each job now and again after its interval, counted from the end of a run, so that a job never meets itself. One that
 * fails is tried again at its next turn. Gives the function that stops it and waits for what runs, which it cuts short.
 */
export function startSchedule({ jobs, url, secret, say, wait = pause }: ScheduleOptions): () => Promise<void> {
  const stopping = new AbortController()
  const runs = jobs.map(async ({ job, everyMs }) => {
    let fault: string | null = null
    while (!stopping.signal.aborted) {
      const outcome = await runJob(`${url}/api/jobs/${job}`, secret, stopping.signal)
      if (stopping.signal.aborted) return
      if (outcome !== fault) say(outcome === null ? `Job ${job} runs again.` : `Job ${job} failed: ${outcome}`)
      fault = outcome
      await wait(everyMs, stopping.signal)
    }
  })
  return async () => {
    stopping.abort()
    await Promise.all(runs)
  }
}

/** Null when it ran; else why not, in the words of the answer. */
async function runJob(url: string, secret: string, signal: AbortSignal): Promise<string | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { Authorization: `Bearer ${secret}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    })
    const text = await response.text()
    return response.ok ? null : `${response.status} ${readCode(text)}`.trim()
  } catch (error) {
    return error instanceof Error ? error.name : String(error)
  }
}

// The code alone: an answer's message and id differ from one failure to the next, and would be news each time.
function readCode(text: string): string {
  try {
    return String((JSON.parse(text) as { error?: { code?: unknown } }).error?.code ?? '')
  } catch {
    return '' // a page of HTML, as for a path that is not there
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, ms)
    signal.addEventListener('abort', wake)
    if (signal.aborted) wake()
  })
}
