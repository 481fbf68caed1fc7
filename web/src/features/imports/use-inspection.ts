import { useEffect, useState } from "react";
import type { Role } from "#lib/api.ts";
import type { Inspection } from "./inspect.ts";
import type { InspectionRequest } from "./inspect-worker.ts";

/** What is known about a file so far. Another file starts over. */
export function useInspection(file: File | undefined, viewer: Role): Inspection | undefined {
  const [found, setFound] = useState<{ file: File; inspection: Inspection }>();
  useEffect(() => {
    if (file === undefined) {
      return undefined;
    }
    const reading = new AbortController();
    readBeside({ file, viewer }, reading.signal, (inspection) => setFound({ file, inspection }));
    return () => reading.abort();
  }, [file, viewer]);
  return found?.file === file ? found?.inspection : undefined;
}

/** Reads a file in a worker, or here if there are no workers. */
function readBeside(request: InspectionRequest, signal: AbortSignal, onInspection: (inspection: Inspection) => void) {
  const worker = new Worker(new URL("./inspect-worker.ts", import.meta.url), { type: "module" });
  signal.addEventListener("abort", () => worker.terminate());
  worker.addEventListener("message", ({ data }: MessageEvent<Inspection>) => onInspection(data));
  worker.addEventListener("error", () => void readHere(request, signal, onInspection));
  worker.postMessage(request, []);
}

async function readHere(
  { file, viewer }: InspectionRequest,
  signal: AbortSignal,
  onInspection: (inspection: Inspection) => void,
) {
  const { inspect } = await import("./inspect.ts");
  for await (const inspection of inspect(file, viewer)) {
    if (signal.aborted) {
      return;
    }
    onInspection(inspection);
  }
}
