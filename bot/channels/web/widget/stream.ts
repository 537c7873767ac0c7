// Reads Server-Sent Events from a fetch. EventSource can't show a token in a header, and addresses are logged.

export interface ServerEvent {
  event: string;
  data: string;
}

/** Hands every event to `take` until the stream ends; `alive` is called for each sign of life. */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  take: (event: ServerEvent) => void,
  alive: () => void,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    const blocks = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = parse(block);
      if (event) take(event);
    }
  }
}

function parse(block: string): ServerEvent | null {
  const found: ServerEvent = { event: "message", data: "" };
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === "event") found.event = value ?? "";
    if (field === "data") data.push(value ?? "");
  }
  found.data = data.join("\n");
  return data.length ? found : null;
}
