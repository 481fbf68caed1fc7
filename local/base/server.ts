import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";

/** A client that a busy machine holds up for seconds can still use its connection, as it could with AWS and Stripe. */
const usual = { keepAliveMs: 600_000, finishWithinMs: 2_000 };

export type RunningServer = {
  endpoint: string;
  port: number;
  /** Accepts nothing more, lets current requests finish for a moment, then ends every connection. */
  stop: () => Promise<void>;
};

/** A body that is longer than its reader allows. */
export class BodyTooLong extends Error {
  override name = "BodyTooLong";
}

/**
 * Listens on loopback only; port 0 picks a free one. Connections stay open for `keepAliveMs`, or without an end if it is 0.
 * @throws the system's error, such as EADDRINUSE
 */
export async function listen(
  handler: RequestListener,
  port = 0,
  { keepAliveMs, finishWithinMs }: typeof usual = usual,
): Promise<RunningServer> {
  const server = createServer(handler);
  server.keepAliveTimeout = keepAliveMs;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
  const taken = portOf(server);
  return {
    endpoint: `http://127.0.0.1:${taken}`,
    port: taken,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), finishWithinMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

/**
 * Only handles requests to the server's own name: a foreign host name that resolves to this machine would let that
 * host's pages read the answers.
 */
export function underOwnName(handler: RequestListener): RequestListener {
  return (request, response) => {
    const own = `127.0.0.1:${request.socket.localPort}`;
    // threat: a foreign host name that resolves to this machine reads every service of a local run
    if ([own, `localhost:${request.socket.localPort}`].includes(request.headers.host ?? "")) {
      return handler(request, response);
    }
    response.writeHead(421, { "content-type": "text/plain; charset=utf-8" }).end(`This is ${own}.\n`);
  };
}

/** Turns a handler's promise into a listener: an error is answered with 500 and reported, a body that is too long with 413. */
export function listener(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  report: (error: unknown) => void = () => {},
  sendTooLong: (response: ServerResponse) => void = (response) => sendText(response, 413, "This is too long."),
): RequestListener {
  return (request, response) => {
    handle(request, response).catch((error: unknown) => {
      const isTooLong = error instanceof BodyTooLong;
      if (!request.aborted && !isTooLong) report(error);
      if (response.headersSent) response.destroy();
      else if (isTooLong) sendTooLong(response);
      else sendText(response, 500, "Something went wrong.");
    });
  };
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}

/** A browser says where a form comes from; a script that does not say is not a browser. */
export function isOwnForm(request: IncomingMessage, endpoint: string): boolean {
  const from = request.headers["sec-fetch-site"];
  if (from !== undefined) return from === "same-origin" || from === "none";
  return request.headers.origin === undefined || request.headers.origin === endpoint;
}

/** @throws BodyTooLong beyond `limit` bytes */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    length += bytes.length;
    if (length > limit) throw new BodyTooLong(`The body is longer than ${limit} bytes.`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server listens on no port.");
  return address.port;
}
