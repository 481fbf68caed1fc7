import { timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** The answer of the server, which the browser brings back. */
export type Approval = { code: string } | { error: string };
export type Loopback = {
  redirectUri: string;
  /** Resolves when the browser has come back. */
  answer: Promise<Approval>;
  close: () => Promise<void>;
};

const path = "/linked";
const page = (text: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Muster</title><p>${text}</p></html>`;

/**
 * Waits on this machine, at a port that is free, for a browser to come back.
 * @param state what only this device and the server know: without it a request is from somebody else
 */
export async function listen(state: string): Promise<Loopback> {
  let resolve: (approval: Approval) => void = () => {};
  const answer = new Promise<Approval>((done) => {
    resolve = done;
  });
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    const [code, error] = [searchParams.get("code"), searchParams.get("error")];
    // threat: a web page brings a planted code to a client that is being linked
    const isOurs = pathname === path && request.method === "GET" && isSame(searchParams.get("state") ?? "", state);
    const isWhole = isOurs && (code !== null || error !== null);
    response.writeHead(isWhole ? 200 : 404, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
      connection: "close",
    });
    response.end(page(isWhole ? "You can close this page and return to the app." : "There is nothing here."));
    if (isWhole) resolve(code === null ? { error: error ?? "" } : { code });
  });
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(0, "127.0.0.1", done);
  });
  return {
    redirectUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    answer,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeIdleConnections();
      }),
  };
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
