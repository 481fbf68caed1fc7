import { createHash } from "node:crypto";
import type { Context } from "hono";

/** Names an answer by its content, and answers 304 without a body when the caller has it. */
export async function withEtag(c: Context, response: Response): Promise<Response> {
  const body = await response.arrayBuffer();
  const etag = `"${createHash("sha256").update(new Uint8Array(body)).digest("base64url").slice(0, 27)}"`;
  const asked = (c.req.header("if-none-match") ?? "").split(",").map((one) => one.trim().replace(/^W\//, ""));
  if (asked.includes(etag)) return c.body(null, 304, { etag });
  const named = new Response(body, response);
  named.headers.set("etag", etag);
  return named;
}
