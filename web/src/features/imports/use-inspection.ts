import { useEffect, useState } from "react";
import type { Role } from "#lib/api.ts";
import type { Chosen, Inspection } from "./inspect.ts";
import type { InspectionRequest } from "./inspect-worker.ts";

/**
 * What is known about a file so far. Another file starts over; with other columns, what was known stays until there is
 * more. `isCurrent`: it is about these columns.
 */
export function useInspection(
  file: File,
  viewer: Role,
  chosen: Chosen,
): { inspection: Inspection | undefined; isCurrent: boolean } {
  const [found, setFound] = useState<{ file: File; chosen: Chosen; inspection: Inspection }>();
  useEffect(() => {
    const reading = new AbortController();
    readBeside({ file, viewer, chosen }, reading.signal, (inspection) => setFound({ file, chosen, inspection }));
    return () => reading.abort();
  }, [file, viewer, chosen]);
  const isSame = found?.file === file;
  return { inspection: isSame ? found?.inspection : undefined, isCurrent: isSame && found?.chosen === chosen };
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
  { file, viewer, chosen }: InspectionRequest,
  signal: AbortSignal,
  onInspection: (inspection: Inspection) => void,
) {
  const { inspect } = await import("./inspect.ts");
  for await (const inspection of inspect(file, viewer, chosen)) {
    if (signal.aborted) {
      return;
    }
    onInspection(inspection);
  }
}
