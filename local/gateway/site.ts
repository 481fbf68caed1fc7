import { readFile, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const types: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

/** The API's OpenAPI document, a file of the site below the paths of the API. */
export const documentPath = "/api/openapi.json";

/** Pages of the site that are files of their own. */
const pages: Record<string, string> = { "/docs": "/docs/index.html", "/docs/errors": "/docs/errors.html" };

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html */
const minCompressedBytes = 1_000;
const maxCompressedBytes = 10_000_000;
const isText = /^(text\/|application\/(json|manifest\+json)|image\/svg)/;
/** The best would take a second for a large file. */
const quality = { [constants.BROTLI_PARAM_QUALITY]: 5 };
const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

/** Of these files the build has a compressed copy below /br. */
const isBuilt = /^\/assets\/z\/.*\.(js|css)$/;

/** The headers that CloudFront adds to every response of the site. */
const headersOf = (uploadsUrl: string) => ({
  "content-security-policy":
    `default-src 'self'; script-src 'self'; connect-src 'self' ${new URL(uploadsUrl).origin}; img-src 'self' data:; ` +
    "style-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "x-frame-options": "DENY",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
});

/**
 * Serves the built site from a folder. Files below /assets have their content's hash in their name and may be cached
 * forever; the page itself is never cached, and is served at every other address without an extension.
 * @param uploadsUrl of the bucket that pages send files to
 */
export async function serveSite(
  folder: string,
  uploadsUrl: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries(headersOf(uploadsUrl))) response.setHeader(name, value);
  if (request.method !== "GET" && request.method !== "HEAD") {
    return end(response, 405, { allow: "GET, HEAD" }, "Only GET and HEAD are served here.\n");
  }
  const path = pathOf(request);
  const found = path === undefined ? undefined : await sentAt(folder, pages[path.replace(/\/$/, "")] ?? path);
  return found ? sendFile(response, found) : end(response, 404, {}, "Nothing was found at this address.\n");
}

/** The file of a path, or the page that draws it. */
async function sentAt(folder: string, path: string): Promise<Sent | undefined> {
  const file = await find(folder, path);
  if (file) {
    const made = isBuilt.test(path) ? await find(folder, `/br${path}`) : undefined;
    return { file, lasting: path.startsWith("/assets/"), made };
  }
  // threat: a missing asset is answered with the page, locally
  const isPage = extname(path) === "" && !/^\/assets\/./.test(path);
  const page = isPage ? await find(folder, "/index.html") : undefined;
  return page === undefined ? undefined : { file: page, lasting: false, made: undefined };
}

function pathOf(request: IncomingMessage): string | undefined {
  try {
    const path = decodeURIComponent((request.url ?? "/").split("?")[0] ?? "/");
    return path.includes("\0") ? undefined : path;
  } catch {
    return undefined;
  }
}

/** Returns the file of a path, if it is in the folder. */
async function find(folder: string, path: string): Promise<string | undefined> {
  const root = resolve(folder);
  const file = resolve(join(root, path === "/" ? "index.html" : path));
  if (!file.startsWith(root + sep)) return undefined;
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ? file : undefined;
}

/** `made` is the same file as the build compressed it. */
type Sent = { file: string; lasting: boolean; made: string | undefined };

async function sendFile(response: ServerResponse, { file, lasting, made }: Sent): Promise<void> {
  const type = types[extname(file)] ?? "application/octet-stream";
  const accepted = String(response.req.headers["accept-encoding"]);
  const { content, encoding }: Compressed =
    made !== undefined && accepts(accepted, "br")
      ? { content: await readFile(made), encoding: "br" }
      : await compressed(file, type, accepted);
  response.writeHead(200, {
    "content-type": type,
    "content-length": content.length,
    ...(encoding && { "content-encoding": encoding }),
    vary: "Accept-Encoding",
    "cache-control": lasting ? "public, max-age=31536000, immutable" : "no-cache",
  });
  response.end(response.req.method === "HEAD" ? undefined : content);
}

/** Compressed files by path and content encoding, while the file is as it was. */
const kept = new Map<string, { changed: number; content: Buffer }>();

/** Compresses what CloudFront compresses, in the better of the two encodings that the caller accepts. */
async function compressed(file: string, type: string, accepted: string): Promise<Compressed> {
  const encoding = (["br", "gzip"] as const).find((one) => accepts(accepted, one));
  const content = await readFile(file);
  const counts = content.length >= minCompressedBytes && content.length <= maxCompressedBytes;
  if (encoding === undefined || !counts || !isText.test(type)) return { content };
  const { mtimeMs } = await stat(file);
  const name = `${encoding} ${file}`;
  const before = kept.get(name);
  if (before?.changed === mtimeMs) return { content: before.content, encoding };
  const made = encoding === "br" ? await brotli(content, { params: quality }) : await deflate(content);
  kept.set(name, { changed: mtimeMs, content: made });
  return { content: made, encoding };
}

/** A weight of 0 refuses an encoding. */
const accepts = (accepted: string, encoding: string) =>
  new RegExp(`(^|,)\\s*${encoding}\\s*(;\\s*q=(1|0\\.0*[1-9])|,|$)`, "i").test(accepted);

type Compressed = { content: Buffer; encoding?: "br" | "gzip" };

function end(response: ServerResponse, status: number, more: Record<string, string>, text: string): void {
  response.writeHead(status, { ...more, "content-type": "text/plain; charset=utf-8" });
  response.end(response.req.method === "HEAD" ? undefined : text);
}
