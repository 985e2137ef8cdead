import type * as consent from './apply-consent'
import type * as refusal from './refusal'
import type * as vitals from './vitals'

/** What is loaded only where it is needed: web vitals, changes of consent, and answers other than a plain yes. */
export type Chunks = { vitals: typeof vitals; consent: typeof consent; refusal: typeof refusal }

/** Loads a chunk; rejects when it cannot be had. */
export type LoadChunk = <Name extends keyof Chunks>(name: Name) => Promise<Chunks[Name]>
