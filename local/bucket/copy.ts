import { type Answer, quoted, text, xml } from "./answer.ts";
import type { Call } from "./call.ts";
import { keep } from "./content.ts";
import { checkWriting, create, find, names } from "./objects.ts";
import { failedPrecondition, invalidArgument, Refusal } from "./refusal.ts";

/** Copies an object of this bucket with its headers, if it is the version that the writer expects. */
export async function copy(call: Call): Promise<Answer> {
  const { parsed, place } = call;
  checkWriting(call);
  const from = find(place.store.state.objects, sourceOf(call));
  const match = parsed.headers["x-amz-copy-source-if-match"];
  // threat: the local bucket copies another version than was asked for
  if (match !== undefined && !names(match, from.etag)) throw failedPrecondition("x-amz-copy-source-If-Match");
  const held = place.store.hold(from.pieces);
  try {
    const content = held.read(0, from.size - 1);
    const received = await keep(content, place.store.open, { size: from.size, sums: [], sumOf: () => undefined });
    const { etag, at } = create(call, parsed.key, from.headers, received, "CopyObject");
    return xml("CopyObjectResult", [text("ETag", quoted(etag)), text("LastModified", at)].join(""));
  } finally {
    held.release();
  }
}

/** @throws Refusal if it names another bucket, or a version */
function sourceOf({ parsed: { headers }, place }: Call): string {
  const [path = "", version] = (headers["x-amz-copy-source"] ?? "").replace(/^\//, "").split("?");
  if (version !== undefined) throw invalidArgument("Copy Source must not name a version.");
  const slash = path.indexOf("/");
  const bucket = path.slice(0, Math.max(0, slash));
  if (bucket !== place.bucket) {
    throw new Refusal(404, "NoSuchBucket", "The specified bucket does not exist", { BucketName: bucket });
  }
  try {
    return decodeURIComponent(path.slice(slash + 1));
  } catch {
    throw invalidArgument("Copy Source must be URL-encoded.");
  }
}
