import { ApiError, offline, toApiError } from "./failure.ts";
import { saveFile } from "./save-file.ts";

/** Fetches a list part by part, following the answers' links, and saves it as one file. */
export async function exportFile(path: string, name: string) {
  const parts: Blob[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const answer = await fetch(next).catch((cause: unknown) => {
      throw new ApiError(offline, "The server did not answer.", { cause });
    });
    if (!answer.ok) {
      throw await toApiError(answer);
    }
    parts.push(await answer.blob());
    next = nextPart(answer.headers.get("link"));
  }
  saveFile(new Blob(parts, { type: "text/csv" }), name);
}

/** The address of the next part, on this site. */
export function nextPart(link: string | null) {
  const [, target] = /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(link ?? "") ?? [];
  if (target === undefined) {
    return undefined;
  }
  const { pathname, search } = new URL(target, "https://any.example");
  return pathname + search;
}
