/**
 * A file made of text pieces, JSON unless told, sent as they come. The first is waited for: until then a fault is answered like any
 * other, afterwards the download breaks off.
 */
export async function toDownload(
  name: string,
  pieces: AsyncGenerator<string>,
  type = 'application/json',
): Promise<Response> {
  const encoder = new TextEncoder()
  let next = await pieces.next()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (next.done) return controller.close()
      controller.enqueue(encoder.encode(next.value))
      next = await pieces.next()
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
  return new Response(body, {
    headers: {
      'Content-Type': `${type}; charset=utf-8`,
      'Content-Disposition': `attachment; filename="${name}"`,
    },
  })
}
