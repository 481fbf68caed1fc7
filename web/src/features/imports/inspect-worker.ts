import type { Role } from "#lib/api.ts";
import { type Chosen, inspect } from "./inspect.ts";

export type InspectionRequest = { file: Blob; viewer: Role; chosen: Chosen };

/** Reads files outside the main thread, so that a large one does not block typing. */
self.addEventListener("message", ({ data }: MessageEvent<InspectionRequest>) => void answer(data));

async function answer({ file, viewer, chosen }: InspectionRequest) {
  for await (const inspection of inspect(file, viewer, chosen)) {
    self.postMessage(inspection, { transfer: [] });
  }
}
