import { gzipSync } from "node:zlib";
import type { Context, Next } from "hono";
import { parseAccept } from "hono/utils/accept";
import type { Env } from "./env.ts";

/** The size of one packet: a smaller answer takes as long. */
const minBytes = 1_024;

/** Compresses what is answered. Hono's own does it by a stream, which costs more than all else of a short answer. */
export async function gzip(c: Context<Env>, next: Next): Promise<void> {
  await next();
  if (c.res.body === null) return;
  c.header("vary", "Accept-Encoding", { append: true });
  if (!isAccepted(c.req.header("accept-encoding") ?? "")) return;
  const body = new Uint8Array(await c.res.arrayBuffer());
  const { status, headers } = c.res;
  const isLong = body.byteLength >= minBytes;
  c.res = new Response(isLong ? gzipSync(body) : body, { status, headers });
  if (!isLong) return;
  c.header("content-encoding", "gzip");
  // the bytes are others than those that it names (RFC 9110, 8.8.1)
  const etag = headers.get("etag");
  // threat: the bytes that an ETag promises are compressed
  if (etag?.startsWith('"')) c.header("etag", `W/${etag}`);
}

const isAccepted = (header: string): boolean =>
  parseAccept(header).some(({ type, q }) => type.toLowerCase() === "gzip" && q > 0);
