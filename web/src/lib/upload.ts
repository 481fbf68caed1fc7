import type { ImportForm } from "./imports.ts";

export type UploadFailure = "network" | "expired" | "refused";

/** A file that did not arrive. After a network error it can be sent again with the same form. */
export class UploadError extends Error {
  override name = "UploadError";
  readonly failure: UploadFailure;

  constructor(failure: UploadFailure) {
    super(`The upload failed: ${failure}.`);
    this.failure = failure;
  }
}

type Options = { signal: AbortSignal; onProgress: (sentBytes: number) => void };

/**
 * Posts a file with a form, and reports the progress, which fetch cannot.
 * @throws {UploadError}
 * @throws the signal's reason, if it aborts
 */
export function postForm({ url, fields }: ImportForm, file: File, { signal, onProgress }: Options): Promise<void> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    body.append(name, value);
  }
  body.append("file", file);
  const request = new XMLHttpRequest();
  return new Promise<void>((resolve, reject) => {
    signal.throwIfAborted();
    signal.addEventListener("abort", () => request.abort());
    // the request is a little larger than the file
    request.upload.addEventListener("progress", ({ loaded, total }) =>
      onProgress(total > 0 ? Math.round((loaded / total) * file.size) : 0),
    );
    request.addEventListener("load", () =>
      request.status < 300 ? resolve() : reject(new UploadError(failureOf(request))),
    );
    request.addEventListener("error", () => reject(new UploadError("network")));
    request.addEventListener("abort", () => reject(signal.reason as Error));
    request.open("POST", url);
    request.send(body);
  });
}

export function failureOf({ status, responseText }: Pick<XMLHttpRequest, "status" | "responseText">): UploadFailure {
  if (status === 403 && /expired/i.test(responseText)) {
    return "expired";
  }
  return status >= 500 ? "network" : "refused";
}
