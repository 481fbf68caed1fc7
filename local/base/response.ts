import type { ServerResponse } from "node:http";

/** Headers of every response of the services' own pages, which add their Content-Security-Policy. */
const always = {
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

export function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): void {
  const length = Buffer.byteLength(body);
  response.writeHead(status, { ...always, "content-type": type, "content-length": length, ...headers });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

/** Redirects a browser after a form was accepted. */
export function sendOn(response: ServerResponse, location: string): void {
  response.writeHead(303, { ...always, location, "content-length": 0 }).end();
}
