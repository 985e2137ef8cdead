import type { applyConsent } from './apply-consent'
import type { settleRefusal } from './refusal'
import type { startVitals } from './vitals'

/** What is loaded only where it is needed: web vitals, changes of consent, and answers other than a plain yes. */
export type Chunks = {
  vitals: typeof startVitals
  consent: typeof applyConsent
  refusal: typeof settleRefusal
}

/** Loads a chunk and gives the one function it is for; rejects when it cannot be had. */
export type LoadChunk = { load<Name extends keyof Chunks>(name: Name): Promise<Chunks[Name]> }['load']
