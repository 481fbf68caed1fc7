import { connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

export type Proxy = {
  port: number;
  /** Returns the number of requests to the store that were answered, however many packets each had. */
  trips: () => number;
  /** Adds this to each trip. */
  delayMs: number;
  stop: () => Promise<void>;
};

/** Stands between a process and its store: counts round trips, and makes them longer. */
export async function startProxy(store: { host: string; port: number } | { path: string }): Promise<Proxy> {
  let trips = 0;
  const sockets = new Set<Socket>();
  const proxy = { port: 0, trips: () => trips, delayMs: 0, stop };

  const server = createServer({ noDelay: true }, (client) => {
    const behind = connect(store);
    behind.setNoDelay(true);
    let isAsking = false;
    let sent = Promise.resolve();
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.once("close", () => {
        sockets.delete(socket);
        client.destroy();
        behind.destroy();
      });
    }
    client.on("data", (chunk) => {
      if (!isAsking) trips++;
      const isLater = !isAsking && proxy.delayMs > 0;
      isAsking = true;
      // in order, also behind one that waits
      sent = sent.then(async () => {
        if (isLater) await pause(proxy.delayMs);
        behind.write(chunk);
      });
    });
    behind.on("data", (chunk) => {
      isAsking = false;
      client.write(chunk);
    });
  });

  function stop(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address && typeof address !== "string") proxy.port = address.port;
  return proxy;
}
