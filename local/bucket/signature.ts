import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { ParsedRequest } from "./parsed-request.ts";
import { denied, invalidArgument, invalidRequest, Refusal } from "./refusal.ts";

const algorithm = "AWS4-HMAC-SHA256";
const skewMs = 15 * 60_000;
const maxSeconds = 604_800;
const payloads =
  /^([0-9a-f]{64}|UNSIGNED-PAYLOAD|STREAMING-UNSIGNED-PAYLOAD-TRAILER|STREAMING-AWS4-HMAC-SHA256-PAYLOAD(-TRAILER)?)$/;

export type Credentials = {
  accessKeyId: string;
  secretAccessKey: string;
};

export type Authority = {
  credentials: Credentials;
  region: string;
  /** In ms. */
  now: () => number;
};

type Claim = {
  credential: string;
  /** `20261124T090000Z` */
  date: string;
  signedHeaders: string[];
  signature: string;
  payload: string;
  /** Lifetime of a presigned URL; a signed request works for a quarter of an hour. */
  lifetimeSeconds?: number;
  malformed: (why: string) => Refusal;
};

/** An authentic request. */
export type Verified = {
  /** The hash of its content, or how the content is signed. */
  payload: string;
  signature: string;
  date: string;
  scope: string;
  key: Buffer;
};

/**
 * Checks the signature of a request, in its header or its URL (Signature Version 4).
 * @throws Refusal with S3's own codes
 */
export function verify(parsed: ParsedRequest, authority: Authority): Verified {
  const claim = claimOf(parsed);
  const { scope, key } = verifyScope(claim, authority);
  verifyTime(claim, authority.now());
  verifyHeaders(parsed, claim);
  const canonical = canonicalRequest(parsed, claim);
  const toSign = [algorithm, claim.date, scope, sha256(canonical)].join("\n");
  // threat: the local bucket takes what nobody signed
  if (!isSame(hmac(key, toSign).toString("hex"), claim.signature)) {
    throw unequal({ StringToSign: toSign, CanonicalRequest: canonical });
  }
  return { payload: claim.payload, signature: claim.signature, date: claim.date, scope, key };
}

/**
 * Checks the signature of a form's policy.
 * @throws Refusal
 */
export function verifyPolicy(fields: ReadonlyMap<string, string>, authority: Authority): void {
  const field = (name: string) => fields.get(name) ?? "";
  if (!fields.has("policy") || !fields.has("x-amz-signature")) throw denied();
  if (field("x-amz-algorithm") !== algorithm) throw invalidArgument(`X-Amz-Algorithm only supports "${algorithm}"`);
  const malformed = invalidArgument;
  const claim = { credential: field("x-amz-credential"), date: field("x-amz-date"), malformed };
  const { key } = verifyScope(claim, authority);
  if (!isSame(hmac(key, field("policy")).toString("hex"), field("x-amz-signature"))) {
    throw unequal({ StringToSign: field("policy") });
  }
}

/** Returns the signature of one chunk of a body with signed chunks, each based on the previous one. */
export function chunkSignature({ key, date, scope }: Verified, previous: string, chunkHash: string): string {
  const toSign = ["AWS4-HMAC-SHA256-PAYLOAD", date, scope, previous, sha256(""), chunkHash].join("\n");
  return hmac(key, toSign).toString("hex");
}

/** Returns the signature of what follows the last chunk. */
export function trailerSignature({ key, date, scope }: Verified, previous: string, trailer: string): string {
  const toSign = ["AWS4-HMAC-SHA256-TRAILER", date, scope, previous, sha256(trailer)].join("\n");
  return hmac(key, toSign).toString("hex");
}

export function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

export const unequal = (details: Record<string, string> = {}) =>
  new Refusal(
    403,
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    details,
  );

function claimOf(parsed: ParsedRequest): Claim {
  const inQuery = parsed.query.has("X-Amz-Algorithm");
  const { authorization } = parsed.headers;
  if (inQuery && authorization !== undefined) throw invalidArgument("Only one auth mechanism allowed");
  if (inQuery) return claimOfQuery(parsed);
  if (authorization === undefined) throw denied();
  return claimOfHeader(parsed, authorization);
}

function claimOfHeader({ headers }: ParsedRequest, authorization: string): Claim {
  const malformed = (why: string) => new Refusal(400, "AuthorizationHeaderMalformed", why);
  if (!authorization.startsWith(`${algorithm} `)) throw invalidArgument("Unsupported Authorization Type");
  const parts = new Map<string, string>();
  for (const part of authorization.slice(algorithm.length).split(",")) {
    const at = part.indexOf("=");
    parts.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  const payload = headers["x-amz-content-sha256"];
  if (payload === undefined) throw invalidRequest("Missing required header for this request: x-amz-content-sha256");
  if (!payloads.test(payload)) {
    throw invalidArgument("x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-…, or a valid sha256 value.");
  }
  return {
    credential: parts.get("Credential") ?? "",
    date: headers["x-amz-date"] ?? "",
    signedHeaders: (parts.get("SignedHeaders") ?? "").split(";"),
    signature: parts.get("Signature") ?? "",
    payload,
    malformed,
  };
}

function claimOfQuery({ query }: ParsedRequest): Claim {
  const malformed = (why: string) => new Refusal(400, "AuthorizationQueryParametersError", why);
  const value = (name: string) => query.get(name) ?? "";
  if (value("X-Amz-Algorithm") !== algorithm) throw malformed(`X-Amz-Algorithm only supports "${algorithm}"`);
  const lifetimeSeconds = Number(value("X-Amz-Expires") || "x");
  if (!Number.isInteger(lifetimeSeconds)) throw malformed("X-Amz-Expires should be a number");
  if (lifetimeSeconds < 1) throw malformed("X-Amz-Expires must be non-negative");
  if (lifetimeSeconds > maxSeconds) throw malformed("X-Amz-Expires must be less than a week (in seconds)");
  return {
    credential: value("X-Amz-Credential"),
    date: value("X-Amz-Date"),
    signedHeaders: value("X-Amz-SignedHeaders").split(";"),
    signature: value("X-Amz-Signature"),
    payload: query.get("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD",
    lifetimeSeconds,
    malformed,
  };
}

function verifyScope(
  { credential, date, malformed }: Pick<Claim, "credential" | "date" | "malformed">,
  { credentials, region }: Authority,
): { scope: string; key: Buffer } {
  const [accessKeyId, day = "", ofRegion = "", ...rest] = credential.split("/");
  if (rest.join("/") !== "s3/aws4_request") {
    throw malformed(`The Credential is malformed; expecting "<access key>/YYYYMMDD/REGION/s3/aws4_request".`);
  }
  if (accessKeyId !== credentials.accessKeyId) {
    throw new Refusal(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", {
      AWSAccessKeyId: accessKeyId ?? "",
    });
  }
  if (ofRegion !== region) throw malformed(`the region '${ofRegion}' is wrong; expecting '${region}'`);
  if (!/^\d{8}T\d{6}Z$/.test(date) || !date.startsWith(day)) throw malformed(`Invalid credential date "${day}".`);
  const scope = [day, ofRegion, ...rest];
  return { scope: scope.join("/"), key: scope.reduce(hmac, Buffer.from(`AWS4${credentials.secretAccessKey}`)) };
}

function verifyTime({ date, lifetimeSeconds }: Claim, now: number): void {
  const at = Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (lifetimeSeconds === undefined) {
    if (Math.abs(now - at) <= skewMs) return;
    const why = "The difference between the request time and the current time is too large.";
    throw new Refusal(403, "RequestTimeTooSkewed", why, { RequestTime: date, ServerTime: new Date(now).toISOString() });
  }
  if (at > now + skewMs) throw denied("Request is not yet valid");
  if (now > at + lifetimeSeconds * 1_000) throw denied("Request has expired");
}

/** Anybody who could add an unsigned header could change the meaning of a request. */
function verifyHeaders({ headers }: ParsedRequest, { signedHeaders }: Claim): void {
  const meant = Object.keys(headers).filter((name) => name === "host" || name.startsWith("x-amz-"));
  const unsigned = meant.filter((name) => !signedHeaders.includes(name));
  // threat: the local bucket takes a header that was added to a signed request
  if (unsigned.length > 0) {
    const why = "There were headers present in the request which were not signed";
    throw new Refusal(403, "AccessDenied", why, { HeadersNotSigned: unsigned.join(", ") });
  }
}

function canonicalRequest({ method, path, pairs, headers }: ParsedRequest, { signedHeaders, payload }: Claim): string {
  const query = pairs
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort(byBytes)
    .join("&");
  const lines = signedHeaders.map((name) => `${name}:${(headers[name] ?? "").trim().replace(/\s+/g, " ")}\n`);
  const encodedPath = path.split("/").map(encode).join("/");
  return [method, encodedPath, query, lines.join(""), signedHeaders.join(";"), payload].join("\n");
}

/**
 * A name is compared before its value, so `=` must not count: it is the only character here that sorts above a digit.
 */
function byBytes(one: string, other: string): number {
  const [a, b] = [one.replace("=", "\0"), other.replace("=", "\0")];
  return a < b ? -1 : Number(a > b);
}

/** Encodes as RFC 3986 says. JavaScript leaves five characters out. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const hmac = (key: Buffer, text: string) => createHmac("sha256", key).update(text).digest();

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
