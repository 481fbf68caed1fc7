import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";

/**
 * A proxy that forwards from a loopback address of its own. Limits are counted per network, so each test uses its own,
 * like each person does.
 */
export async function startForwarder(localAddress: string | undefined) {
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url = "" } = incoming;
    const forwarded = request(url, { method, headers, localAddress }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on("error", () => outgoing.destroy());
    incoming.pipe(forwarded);
  });

  // A browser sends the whole address of each request, Playwright's own client requests a tunnel.
  server.on("connect", ({ url = "" }, socket, head) => {
    const [host = "", port = ""] = url.split(":");
    const tunnel = connect({ host, port: Number(port), ...(localAddress !== undefined && { localAddress }) }, () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      tunnel.write(head);
      tunnel.pipe(socket).pipe(tunnel);
    });
    tunnel.on("error", () => socket.destroy());
    socket.on("error", () => tunnel.destroy());
    socket.on("close", () => tunnel.destroy());
  });

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  function stop() {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  }

  return { url: `http://127.0.0.1:${port}`, stop };
}
