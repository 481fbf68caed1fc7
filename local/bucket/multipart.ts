import { createHash, randomBytes } from "node:crypto";
import { type Answer, quoted, text, xml } from "./answer.ts";
import type { Call } from "./call.ts";
import { algorithms, composite, headerOf, openSum, type Sums, shown } from "./checksum.ts";
import { readText, receive } from "./content.ts";
import { announce, checkWriting, storedHeaders } from "./objects.ts";
import type { ParsedRequest } from "./parsed-request.ts";
import {
  badDigest,
  invalidArgument,
  invalidRequest,
  malformedXml,
  noSuchUpload,
  Refusal,
  tooSmall,
} from "./refusal.ts";
import type { Part, Upload } from "./state.ts";
import type { Store } from "./store.ts";
import { type Element, read } from "./xml.ts";

const maxShards = 10_000;
/** For every part except the last. */
const smallestPart = 5 * 2 ** 20;

export function begin({ parsed: { headers, key }, place }: Call): Answer {
  const algorithm = algorithms.find((one) => one === headers["x-amz-checksum-algorithm"]?.toLowerCase());
  const isWhole = algorithm === "crc64nvme" || headers["x-amz-checksum-type"] === "FULL_OBJECT";
  const upload: Upload = {
    id: randomBytes(24).toString("base64url"),
    key,
    headers: storedHeaders(headers),
    ...(algorithm && isWhole && { wholeSum: algorithm }),
    parts: {},
  };
  place.store.begin(upload);
  const fields = [text("Bucket", place.bucket), text("Key", key), text("UploadId", upload.id)];
  return xml("InitiateMultipartUploadResult", fields.join(""));
}

export async function putPart(call: Call): Promise<Answer> {
  const { request, parsed, verified, place } = call;
  const number = Number(parsed.query.get("partNumber"));
  if (!Number.isInteger(number) || number < 1 || number > maxShards) {
    throw invalidArgument(`Part number must be an integer between 1 and ${maxShards}, inclusive`);
  }
  find(call);
  const { blob, size, md5, sums } = await receive(request, parsed, verified, place.store.open);
  try {
    place.store.addPart(find(call), { number, blob, size, md5, sums });
  } catch (error) {
    place.store.discard(blob);
    throw error;
  }
  return { status: 200, headers: { etag: quoted(md5), ...shown(sums) } };
}

export function abort(call: Call): Answer {
  call.place.store.drop(find(call));
  return { status: 204 };
}

export async function complete(call: Call): Promise<Answer> {
  const { request, parsed, verified, place } = call;
  const document = read(await readText(request, aboutBody(parsed), verified), "CompleteMultipartUpload");
  const upload = find(call);
  const parts = partsOf(document, upload);
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const said = parsed.headers["x-amz-mp-object-size"];
  if (said !== undefined && Number(said) !== size) {
    throw invalidRequest("The provided 'x-amz-mp-object-size' header value does not match what was computed.");
  }
  const sums = await sumsOf(parts, size, upload, place.store);
  for (const algorithm of algorithms) {
    const expected = parsed.headers[headerOf(algorithm)];
    if (expected !== undefined && expected !== sums[algorithm]) throw badDigest(algorithm.toUpperCase());
  }
  // others may have ended the upload, or written the key, in between
  find(call);
  checkWriting(call);
  const md5 = createHash("md5");
  for (const part of parts) md5.update(part.md5, "hex");
  const etag = `${md5.digest("hex")}-${parts.length}`;
  const pieces = parts.map(({ blob, size }) => ({ blob, size }));
  const at = new Date(place.now()).toISOString();
  const { key, headers } = upload;
  announce(call, { key, size, etag, at, headers, sums, pieces }, "CompleteMultipartUpload", upload.id);
  const fields = [
    text("Location", `${place.url()}/${encodeURIComponent(key)}`),
    text("Bucket", place.bucket),
    text("Key", key),
    text("ETag", quoted(etag)),
    ...algorithms.map((algorithm) => text(`Checksum${algorithm.toUpperCase()}`, sums[algorithm])),
  ];
  return xml("CompleteMultipartUploadResult", fields.join(""));
}

/** Here a checksum header is that of the object, not of the body. */
function aboutBody(parsed: ParsedRequest): ParsedRequest {
  const headers = Object.entries(parsed.headers).filter(([name]) => !name.startsWith("x-amz-checksum-"));
  return { ...parsed, headers: Object.fromEntries(headers) };
}

/** The parts that the client names, which must match those that it sent. */
function partsOf(document: Element, upload: Upload): Part[] {
  const named = document.list("Part");
  if (named.length === 0 || named.length > maxShards) throw malformedXml();
  const parts = named.map((element): Part => {
    const part = upload.parts[Number(element.text("PartNumber"))];
    const isSent = part && element.text("ETag").replaceAll('"', "") === part.md5;
    if (!isSent || algorithms.some((one) => isOther(element.text(`Checksum${one.toUpperCase()}`), part.sums[one]))) {
      throw new Refusal(400, "InvalidPart", "One or more of the specified parts could not be found or did not match.");
    }
    return part;
  });
  if (parts.some(({ number }, index) => index > 0 && number <= (parts[index - 1]?.number ?? 0))) {
    throw new Refusal(400, "InvalidPartOrder", "The list of parts was not in ascending order.");
  }
  if (parts.slice(0, -1).some(({ size }) => size < smallestPart)) throw tooSmall(smallestPart);
  return parts;
}

const isOther = (said: string, kept: string | undefined) => said !== "" && said !== kept;

/** A checksum of the parts' checksums, for each algorithm that all parts have; or of the whole, if requested. */
async function sumsOf(parts: Part[], size: number, { wholeSum }: Upload, store: Store): Promise<Sums> {
  const sums: Sums = {};
  for (const algorithm of algorithms) {
    const ofParts = parts.flatMap((part) => part.sums[algorithm] ?? []);
    if (algorithm !== wholeSum && ofParts.length === parts.length) {
      sums[algorithm] = await composite(algorithm, ofParts);
    }
  }
  if (wholeSum === undefined) return sums;
  const sum = openSum(wholeSum);
  const held = store.hold(parts);
  try {
    for await (const bytes of held.read(0, size - 1)) sum.update(bytes);
  } finally {
    held.release();
  }
  return { ...sums, [wholeSum]: await sum.digest() };
}

function find({ parsed, place }: Call): Upload {
  const id = parsed.query.get("uploadId") ?? "";
  const upload = place.store.state.uploads.get(id);
  if (upload?.key !== parsed.key) throw noSuchUpload(id);
  return upload;
}
