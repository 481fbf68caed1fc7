import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import { minuteMs } from "@muster/core/base/duration.ts";
import { isDeep, seededRandom } from "@muster/local/testing/random.ts";

export type Forwarder = {
  url: string;
  /** Everything that is requested from now on comes from this address. */
  moveTo: (localAddress: string | undefined) => void;
  stop: () => Promise<void>;
};

type Kept = { headers: IncomingHttpHeaders; body: Buffer };

/**
 * A proxy that forwards from a loopback address of its own. Limits are counted per network, so each test uses its own,
 * like each person does. Files that never change are kept, as CloudFront keeps them. In deep runs each answer of the API
 * is late, by another time up to a second: no story may depend on their order.
 */
export async function startForwarder(seed: number): Promise<Forwarder> {
  const random = seededRandom(seed);
  let localAddress: string | undefined;
  const tunnels = new Set<Duplex>();
  const kept = new Map<string, Kept>();
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url = "" } = incoming;
    const name = `${method} ${url} ${String(headers["accept-encoding"])}`;
    const before = kept.get(name);
    if (before !== undefined) {
      outgoing.writeHead(200, before.headers).end(before.body);
      return;
    }
    const pass = (answer: IncomingMessage) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      if (answer.statusCode !== 200 || !/immutable/.test(String(answer.headers["cache-control"]))) return;
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => kept.set(name, { headers: answer.headers, body: Buffer.concat(chunks) }));
    };
    const forwarded = request(url, { method, headers, localAddress }, (answer) => {
      if (isDeep && url.includes("/api/")) setTimeout(pass, 1_000 * random() ** 2, answer);
      else pass(answer);
    });
    forwarded.on("error", () => outgoing.destroy());
    incoming.pipe(forwarded);
  });

  server.keepAliveTimeout = 10 * minuteMs;

  // A browser sends the whole address of each request, Playwright's own client requests a tunnel.
  server.on("connect", ({ url = "" }, socket, head) => {
    const [host = "", port = ""] = url.split(":");
    const tunnel = connect({ host, port: Number(port), ...(localAddress !== undefined && { localAddress }) }, () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      tunnel.write(head);
      tunnel.pipe(socket).pipe(tunnel);
    });
    tunnels.add(socket);
    tunnel.on("error", () => socket.destroy());
    socket.on("error", () => tunnel.destroy());
    socket.on("close", () => {
      tunnels.delete(socket);
      tunnel.destroy();
    });
  });

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  function closeTunnels() {
    for (const socket of tunnels) socket.destroy();
  }

  return {
    url: `http://127.0.0.1:${port}`,
    moveTo: (address) => {
      closeTunnels();
      localAddress = address;
    },
    stop: () => {
      closeTunnels();
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
