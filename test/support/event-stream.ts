import type { ChannelEvent } from '../../src/protocol.ts'

/** The events of a `text/event-stream` as they come in; `id` is what the stream gave as theirs. */
export async function* eventsOf(response: Response): AsyncGenerator<{ id: number; event: ChannelEvent }> {
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop()!
    for (const block of blocks.filter((one) => one.startsWith('id:'))) {
      const [, id, data] = /^id: (\d+)\S*\ndata: (.*)$/.exec(block)!
      yield { id: Number(id), event: JSON.parse(data!) as ChannelEvent }
    }
  }
}
