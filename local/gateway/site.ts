import { readFile, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, resolve, sep } from "node:path";

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
  const requested = pathOf(request);
  const path = requested === undefined ? undefined : (pages[requested.replace(/\/$/, "")] ?? requested);
  const file = path === undefined ? undefined : await find(folder, path);
  if (file) return sendFile(response, file, { lasting: path?.startsWith("/assets/") ?? false });
  const isPage = path !== undefined && extname(path) === "" && !/^\/assets\/./.test(path);
  const page = isPage ? await find(folder, "/index.html") : undefined;
  if (page) return sendFile(response, page, { lasting: false });
  return end(response, 404, {}, "Nothing was found at this address.\n");
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

async function sendFile(response: ServerResponse, file: string, { lasting }: { lasting: boolean }): Promise<void> {
  const content = await readFile(file);
  response.writeHead(200, {
    "content-type": types[extname(file)] ?? "application/octet-stream",
    "content-length": content.length,
    "cache-control": lasting ? "public, max-age=31536000, immutable" : "no-cache",
  });
  response.end(response.req.method === "HEAD" ? undefined : content);
}

function end(response: ServerResponse, status: number, more: Record<string, string>, text: string): void {
  response.writeHead(status, { ...more, "content-type": "text/plain; charset=utf-8" });
  response.end(response.req.method === "HEAD" ? undefined : text);
}
