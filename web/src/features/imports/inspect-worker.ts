import type { Role } from "#lib/api.ts";
import { inspect, type Said } from "./inspect.ts";

export type InspectionRequest = { file: Blob; viewer: Role; said: Said };

/** Reads files outside the main thread, so that a large one does not block typing. */
self.addEventListener("message", ({ data }: MessageEvent<InspectionRequest>) => void answer(data));

async function answer({ file, viewer, said }: InspectionRequest) {
  for await (const inspection of inspect(file, viewer, said)) {
    self.postMessage(inspection, { transfer: [] });
  }
}
