import { failure } from "@muster/core/base/failure.ts";
import type { Context } from "hono";

export const maxKibibytes = 256;
/** For the settings, which have lists of 50,000 websites. */
export const maxKibibytesOfLists = 4_096;

/** Levels of lists and objects. The settings have seven. */
const maxDepth = 20;

export const failures = {
  notJson: failure("invalid", "request.not_json", "Send JSON with the content type application/json."),
  malformed: failure("invalid", "request.malformed", "The body must be a JSON object in UTF-8."),
  oversized: failure(
    "oversized",
    "request.too_large",
    `The body is too large. It may have ${maxKibibytes} KiB, and ${maxKibibytesOfLists / 1024} MiB where lists of settings are sent.`,
  ),
};

/**
 * Returns the JSON object in the body of a request; an empty body is an empty object.
 * @param inForm the fields that are read of a form too, as texts
 * @throws request.too_large, request.not_json, request.malformed
 */
export async function readBody(
  c: Context,
  kibibytes: number,
  inForm?: ReadonlySet<string>,
): Promise<Record<string, unknown>> {
  const maxBytes = kibibytes * 1024;
  if (Number(c.req.header("content-length") ?? 0) > maxBytes) throw failures.oversized();
  const bytes = await c.req.arrayBuffer();
  // threat: bodies of any size
  if (bytes.byteLength > maxBytes) throw failures.oversized();
  if (bytes.byteLength === 0) return {};
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (inForm && type === "application/x-www-form-urlencoded") return readForm(bytes, inForm);
  // threat: a form of another site counts as JSON
  if (type !== "application/json") throw failures.notJson();
  const body = parseJson(bytes);
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw failures.malformed();
  return body as Record<string, unknown>;
}

/** Others are ignored, one without a value counts as left out, and none may be there twice (RFC 6749, 3.1 and 3.2). */
function readForm(bytes: ArrayBuffer, fields: ReadonlySet<string>): Record<string, unknown> {
  const all = [...new URLSearchParams(new TextDecoder().decode(bytes))];
  // threat: of a parameter that is sent twice, one is checked and the other is used
  if (new Set(all.map(([name]) => name)).size < all.length) throw failures.malformed();
  return Object.fromEntries(all.filter(([name, value]) => value !== "" && fields.has(name)));
}

function parseJson(bytes: ArrayBuffer): unknown {
  if (isDeep(new Uint8Array(bytes))) throw failures.malformed();
  try {
    // threat: text that is not UTF-8 is decoded anyway
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw failures.malformed();
  }
}

const [quote, backslash, openList, closeList, openObject, closeObject] = [...'"\\[]{}'].map((sign) =>
  sign.charCodeAt(0),
);

/** Returns whether JSON is nested deeper than any input, looked at before it is parsed. */
function isDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let isInText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === quote) isInText = !isInText;
    else if (isInText) i += Number(byte === backslash);
    else if (byte === openList || byte === openObject) depth++;
    else if (byte === closeList || byte === closeObject) depth--;
    if (depth > maxDepth) return true;
  }
  return false;
}
