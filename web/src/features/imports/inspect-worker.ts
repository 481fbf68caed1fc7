import type { Role } from "#lib/api.ts";
import { inspect } from "./inspect.ts";

export type Asked = { file: Blob; viewer: Role };

/** Reads files outside the main thread, so that a large one does not block typing. */
self.addEventListener("message", ({ data }: MessageEvent<Asked>) => void answer(data));

async function answer({ file, viewer }: Asked) {
  for await (const inspection of inspect(file, viewer)) {
    self.postMessage(inspection, { transfer: [] });
  }
}
