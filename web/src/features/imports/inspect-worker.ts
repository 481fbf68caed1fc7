import type { Role } from "#lib/api.ts";
import { inspect } from "./inspect.ts";

export type Asked = { file: Blob; viewer: Role };

/** Reads files beside the page, so that a large one holds up nobody's typing. */
self.addEventListener("message", ({ data }: MessageEvent<Asked>) => void answer(data));

async function answer({ file, viewer }: Asked) {
  for await (const inspection of inspect(file, viewer)) {
    self.postMessage(inspection, { transfer: [] });
  }
}
