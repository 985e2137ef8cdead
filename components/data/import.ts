import { type ImportAnswer, type ImportFormat, importAnswer } from '@/lib/contracts/import'
import { sendRequest } from './send-request'

export type ImportRequest = {
  format: ImportFormat
  /** Column by target, as `importMapping`; empty for the columns' own names. */
  mapping: Readonly<Record<string, string>>
  delimiter: string | null
}

/** Sends a file as it is, gzip or not, and gives what became of its records. */
export async function importFile(
  project: string,
  file: Blob,
  { format, mapping, delimiter }: ImportRequest,
): Promise<ImportAnswer> {
  const query = new URLSearchParams({
    project,
    format,
    ...(Object.keys(mapping).length > 0 && { mapping: JSON.stringify(mapping) }),
    ...(delimiter !== null && { delimiter }),
  })
  return (await sendRequest(`/api/import?${query}`, { method: 'POST', body: file, answer: importAnswer })).data
}
