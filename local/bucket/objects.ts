import { type Answer, element, quoted, text, xml } from "./answer.ts";
import type { Call } from "./call.ts";
import { shown } from "./checksum.ts";
import { keep, type Received, readText, receive } from "./content.ts";
import { createdEvent, type Reason } from "./event.ts";
import { readForm } from "./form.ts";
import { pageOf, tokenOf, wantedOf } from "./listing.ts";
import { checkPolicy } from "./policy.ts";
import { failedPrecondition, invalidArgument, malformedXml, noSuchKey, notServed, Refusal } from "./refusal.ts";
import { verifyPolicy } from "./signature.ts";
import type { Stored } from "./state.ts";
import { read } from "./xml.ts";

const maxDeletions = 1_000;
const maxMetadata = 2_048;
/** S3's name for the version of an object in a bucket without versions. */
const noVersion = "null";
/** Headers that are returned as the writer set them. */
const keptHeaders = ["cache-control", "content-disposition", "content-language", "expires"];

type Headers = Readonly<Record<string, string>>;

export async function put(call: Call): Promise<Answer> {
  const { parsed, place } = call;
  const headers = storedHeaders(parsed.headers);
  checkWriting(call);
  const received = await receive(call.request, parsed, call.verified, place.store.open);
  try {
    checkWriting(call);
  } catch (error) {
    place.store.discard(received.blob);
    throw error;
  }
  const { etag, sums } = create(call, parsed.key, headers, received, "PutObject");
  return { status: 200, headers: { etag: quoted(etag), ...shown(sums) } };
}

/** A form from a browser with its permission: a signed policy. */
export async function post({ request, ...call }: Omit<Call, "verified">): Promise<Answer> {
  const { parsed, place } = call;
  const { fields, fileName, content } = await readForm(request, parsed.headers["content-type"] ?? "");
  verifyPolicy(fields, place);
  const range = checkPolicy(fields, parsed.bucket, place.now());
  const key = (fields.get("key") ?? "").replaceAll("${filename}", fileName);
  if (key === "") throw invalidArgument("Bucket POST must contain a field named 'key'.");
  const headers = storedHeaders(Object.fromEntries(fields));
  const received = await keep(content, place.store.open, { ...range, sums: [], sumOf: () => undefined });
  const { etag } = create(call, key, headers, received, "POST Object");
  const status = Number(fields.get("success_action_status") ?? 204);
  const answered = { etag: quoted(etag), location: `${place.url()}/${encodeURIComponent(key)}` };
  if (status !== 201) return { status: status === 200 ? 200 : 204, headers: answered };
  const elements = [text("Location", answered.location), text("Bucket", place.bucket), text("Key", key)];
  return xml("PostResponse", [...elements, text("ETag", answered.etag)].join(""), 201, answered);
}

export function get({ parsed, place }: Call): Answer {
  const object = find(place.store.state.objects, parsed.key);
  const whole = headersOf(object, parsed.headers);
  for (const [name, value] of parsed.query) {
    if (name.startsWith("response-")) whole[name.slice("response-".length)] = value;
  }
  if (isUnchanged(object, parsed.headers)) return { status: 304, headers: whole };
  const range = rangeOf(parsed.headers.range, object.size);
  const { from, to } = range ?? { from: 0, to: object.size - 1 };
  const headers = {
    ...whole,
    "content-length": String(to - from + 1),
    ...(range && { "content-range": `bytes ${from}-${to}/${object.size}` }),
    ...(!range && parsed.headers["x-amz-checksum-mode"] === "ENABLED" && shown(object.sums)),
  };
  const status = range ? 206 : 200;
  if (parsed.method === "HEAD") return { status, headers };
  return { status, headers, content: { held: place.store.hold(object.pieces), from, to } };
}

export function remove({ parsed, place }: Call): Answer {
  place.store.remove(parsed.key);
  return { status: 204 };
}

export async function removeMany({ request, parsed, place, verified }: Call): Promise<Answer> {
  const document = read(await readText(request, parsed, verified), "Delete");
  const named = document.list("Object");
  const keys = named.map((object) => object.text("Key"));
  if (keys.length === 0 || keys.length > maxDeletions) throw malformedXml();
  if (named.some((object) => !["", noVersion].includes(object.text("VersionId")))) throw notServed("versions");
  for (const key of keys) place.store.remove(key);
  const fields = document.text("Quiet") === "true" ? [] : keys.map((key) => element("Deleted", text("Key", key)));
  return xml("DeleteResult", fields.join(""));
}

export function list({ parsed, place }: Call): Answer {
  const { objects } = place.store.state;
  const wanted = wantedOf(parsed.query);
  const page = pageOf(objects.keys(), wanted);
  const name = nameIn(parsed.query);
  const contents = page.keys.map((key) => {
    const { at, etag, size } = find(objects, key);
    const fields = [
      text("Key", name(key)),
      text("LastModified", at),
      text("ETag", quoted(etag)),
      element("Size", size),
    ];
    return element("Contents", [...fields, text("StorageClass", "STANDARD")].join(""));
  });
  return xml(
    "ListBucketResult",
    [
      text("Name", place.bucket),
      text("Prefix", name(wanted.prefix)),
      text("Delimiter", parsed.query.has("delimiter") ? name(wanted.delimiter) : undefined),
      text("EncodingType", parsed.query.get("encoding-type")),
      text("ContinuationToken", parsed.query.get("continuation-token")),
      element("MaxKeys", wanted.limit),
      element("KeyCount", page.keys.length + page.prefixes.length),
      element("IsTruncated", page.last !== undefined),
      text("NextContinuationToken", page.last === undefined ? undefined : tokenOf(page.last)),
      ...contents,
      ...page.prefixes.map((prefix) => element("CommonPrefixes", text("Prefix", name(prefix)))),
    ].join(""),
  );
}

/** There are no versions: each object has one, named as in a bucket that never had versions. */
export function listVersions({ parsed, place }: Call): Answer {
  const { objects } = place.store.state;
  const wanted = wantedOf(parsed.query);
  const page = pageOf(objects.keys(), wanted);
  const name = nameIn(parsed.query);
  const versions = page.keys.map((key) => {
    const { at, etag, size } = find(objects, key);
    const fields = [text("Key", name(key)), text("VersionId", noVersion), element("IsLatest", true)];
    const more = [text("LastModified", at), text("ETag", quoted(etag)), element("Size", size)];
    return element("Version", [...fields, ...more, text("StorageClass", "STANDARD")].join(""));
  });
  return xml(
    "ListVersionsResult",
    [
      text("Name", place.bucket),
      text("Prefix", name(wanted.prefix)),
      text("EncodingType", parsed.query.get("encoding-type")),
      element("MaxKeys", wanted.limit),
      element("IsTruncated", page.last !== undefined),
      text("NextKeyMarker", page.last === undefined ? undefined : name(page.last)),
      ...versions,
    ].join(""),
  );
}

const nameIn = (query: ReadonlyMap<string, string>) => (value: string) =>
  query.get("encoding-type") === "url" ? encodeURIComponent(value).replaceAll("%2F", "/") : value;

/** Stores received content under its key, and announces it. */
export function create(
  call: Omit<Call, "verified" | "request">,
  key: string,
  headers: Record<string, string>,
  { blob, size, md5, sums }: Received,
  reason: Reason,
): Stored {
  const at = new Date(call.place.now()).toISOString();
  return announce(call, { key, size, etag: md5, at, headers, sums, pieces: [{ blob, size }] }, reason);
}

export function announce(
  { place, requestId, caller }: Omit<Call, "verified" | "request">,
  object: Stored,
  reason: Reason,
  upload?: string,
): Stored {
  const { bucket, region, store } = place;
  const sequence = store.state.created + 1;
  const event = createdEvent(object, { bucket, region, reason, requestId, caller, at: place.now(), sequence });
  store.put(object, { ...(place.announces && { event }), ...(upload !== undefined && { upload }) });
  return object;
}

/** @throws Refusal if the object at the key is not what the writer expects */
export function checkWriting({ parsed: { headers, key }, place }: Pick<Call, "parsed" | "place">): void {
  const existing = place.store.state.objects.get(key);
  const match = headers["if-match"];
  if (headers["if-none-match"] !== undefined && headers["if-none-match"] !== "*") {
    throw notServed("a write with an If-None-Match other than *");
  }
  if (headers["if-none-match"] === "*" && existing) throw failedPrecondition("If-None-Match");
  if (match !== undefined && !existing) throw noSuchKey(key);
  if (match !== undefined && existing && !names(match, existing.etag)) throw failedPrecondition("If-Match");
}

/** @throws Refusal if the metadata is longer than S3 allows */
export function storedHeaders(headers: Headers): Record<string, string> {
  const encoding = (headers["content-encoding"] ?? "").replace(/^aws-chunked\s*,?\s*/, "");
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith("x-amz-meta-"));
  const length = metadata.reduce((sum, [name, value]) => sum + name.length - "x-amz-meta-".length + value.length, 0);
  if (length > maxMetadata) {
    throw new Refusal(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", {
      Size: String(length),
      MaxSizeAllowed: String(maxMetadata),
    });
  }
  return {
    "content-type": headers["content-type"] ?? "binary/octet-stream",
    ...(encoding && { "content-encoding": encoding }),
    ...Object.fromEntries(Object.entries(headers).filter(([name]) => keptHeaders.includes(name))),
    ...Object.fromEntries(metadata),
  };
}

function headersOf(object: Stored, headers: Headers): Record<string, string> {
  const modified = Math.floor(Date.parse(object.at) / 1_000) * 1_000;
  const { "if-match": match, "if-unmodified-since": unmodifiedSince } = headers;
  if (match !== undefined && !names(match, object.etag)) throw failedPrecondition("If-Match");
  if (match === undefined && unmodifiedSince !== undefined && modified > Date.parse(unmodifiedSince)) {
    throw failedPrecondition("If-Unmodified-Since");
  }
  return {
    ...object.headers,
    etag: quoted(object.etag),
    "last-modified": new Date(modified).toUTCString(),
    "accept-ranges": "bytes",
  };
}

function isUnchanged(object: Stored, headers: Headers): boolean {
  const { "if-none-match": noneMatch, "if-modified-since": since } = headers;
  if (noneMatch !== undefined) return names(noneMatch, object.etag);
  return since !== undefined && Math.floor(Date.parse(object.at) / 1_000) * 1_000 <= Date.parse(since);
}

/** Returns whether a list of entity tags contains this one. */
export const names = (list: string, etag: string) =>
  list.split(",").some((one) => ["*", etag, quoted(etag)].includes(one.trim()));

/**
 * A range that S3 does not understand is ignored.
 * @throws Refusal if it begins after the end
 */
function rangeOf(header: string | undefined, size: number): { from: number; to: number } | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (!first && !last) return undefined;
  if (first && last && Number(last) < Number(first)) return undefined;
  // without a beginning it is the end of so many bytes
  const from = first ? Number(first) : Math.max(0, size - Number(last));
  const to = first && last ? Math.min(Number(last), size - 1) : size - 1;
  if (from >= size) {
    throw new Refusal(416, "InvalidRange", "The requested range is not satisfiable", {
      RangeRequested: header ?? "",
      ActualObjectSize: String(size),
    });
  }
  return { from, to };
}

export function find(objects: ReadonlyMap<string, Stored>, key: string): Stored {
  const object = objects.get(key);
  if (!object) throw noSuchKey(key);
  return object;
}
