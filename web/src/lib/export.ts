import { ApiError, offline, toApiError } from "./failure.ts";
import { saveFile } from "./save-file.ts";

const media = "text/csv";
/** The number of parts of the longest list; a server with more never ends. */
const maxParts = 20_000;

/**
 * Fetches a list part by part, following the answers' links, and saves it as one file: all of it, or nothing.
 * @throws {ApiError}
 */
export async function exportFile(path: string, name: string) {
  const parts: Blob[] = [];
  const seen = new Set<string>();
  for (let next: string | undefined = path; next !== undefined; ) {
    // threat: an export goes in circles without end
    // threat: an export of a server without an end has none
    if (seen.has(next) || parts.length === maxParts) {
      throw new ApiError("export.endless", "This list did not end. Try again later.");
    }
    seen.add(next);
    const answer = await fetch(next).catch((cause: unknown) => {
      throw new ApiError(offline, "The server did not answer.", { cause });
    });
    // threat: an error page is saved as the export of a list
    if (!answer.ok) {
      throw await toApiError(answer);
    }
    // what is in front of the API may answer 200 with a page of its own
    // threat: a page of what is in front of the API is saved as the export of a list
    if (!answer.headers.get("content-type")?.startsWith(media)) {
      throw new ApiError("export.unexpected", "The server did not answer with a file. Try again in a few minutes.");
    }
    parts.push(await answer.blob());
    next = nextPart(answer.headers.get("link"));
  }
  saveFile(new Blob(parts, { type: media }), name);
}

/** The address of the next part, on this site. */
export function nextPart(link: string | null) {
  const [, target] = /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(link ?? "") ?? [];
  if (target === undefined) {
    return undefined;
  }
  const { pathname, search } = new URL(target, "https://any.example");
  // threat: the export of a list ends with its first part
  // threat: a part of an export is fetched from another site
  return pathname + search;
}
