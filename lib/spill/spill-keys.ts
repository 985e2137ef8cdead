/** The stream of batches that wait for the store. */
export const SPILL_KEY = 'growth:spill'
/** How many rows are in it. In braces, so that a cluster keeps all of it in one place. */
export const SPILL_ROWS_KEY = `{${SPILL_KEY}}:rows`
/** Whose turn it is to empty it. */
export const SPILL_LEASE_KEY = `{${SPILL_KEY}}:lease`
