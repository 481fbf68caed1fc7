import { useEffect, useState } from "react";
import type { Role } from "#lib/api.ts";
import { type Inspection, inspect, type Said } from "./inspect.ts";
import type { InspectionRequest } from "./inspect-worker.ts";

/**
 * Inspects a file. Another file starts over; with other answers, the last result stays until there is more.
 * `isCurrent`: it is about these answers.
 */
export function useInspection(
  file: File,
  viewer: Role,
  said: Said,
): { inspection: Inspection | undefined; isCurrent: boolean } {
  const [found, setFound] = useState<{ file: File; said: Said; inspection: Inspection }>();
  useEffect(() => {
    const reading = new AbortController();
    readBeside({ file, viewer, said }, reading.signal, (inspection) => setFound({ file, said, inspection }));
    return () => reading.abort();
  }, [file, viewer, said]);
  const isSame = found?.file === file;
  return { inspection: isSame ? found?.inspection : undefined, isCurrent: isSame && found?.said === said };
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
  { file, viewer, said }: InspectionRequest,
  signal: AbortSignal,
  onInspection: (inspection: Inspection) => void,
) {
  for await (const inspection of inspect(file, viewer, said)) {
    if (signal.aborted) {
      return;
    }
    onInspection(inspection);
  }
}
