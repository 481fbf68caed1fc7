import type { IncomingMessage, ServerResponse } from "node:http";

/** Passes a signed request on to an engine, and its answer back. */
export async function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  { engine, body }: { engine: string; body: string },
): Promise<void> {
  const { authorization = "", "x-amz-target": target, "x-amz-date": date, "content-type": type = "" } = request.headers;
  const headers = { authorization, "x-amz-target": String(target), "x-amz-date": String(date), "content-type": type };
  const found = await fetch(engine, { method: "POST", headers, body });
  response.writeHead(found.status, { "content-type": type }).end(await found.text());
}
