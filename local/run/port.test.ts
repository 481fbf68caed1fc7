import { createServer } from "node:net";
import { expect, test } from "vitest";
import { choosePort, PortUnusable } from "./port.ts";

const refusing = (code: string, upTo: number) => async (port: number) => (port <= upTo ? code : undefined);

test("a usable port is used, and 0 picks any", async () => {
  expect(await choosePort(4280, [], refusing("EADDRINUSE", 0))).toBe(4280);
  expect(await choosePort(0, [])).toBeGreaterThan(0);
});

test("a privileged port is explained, with one that works", async () => {
  await expect(choosePort(80, ["--port", "80", "--reset"], refusing("EACCES", 1023))).rejects.toThrow(
    "This user may not listen on port 80: ports below 1024 are for administrators. " +
      "Port 1025 is free: npm start -- --reset --port 1025",
  );
});

test("a taken port is distinguished from one that cannot be used at all", async () => {
  await expect(choosePort(4280, [], refusing("EADDRINUSE", 4281))).rejects.toThrow(
    "Port 4280 is taken. Port 4282 is free: npm start -- --port 4282",
  );
  await expect(choosePort(4280, [], refusing("EADDRNOTAVAIL", 4280))).rejects.toThrow(
    "Nothing can listen on port 4280 (EADDRNOTAVAIL).",
  );
});

test("the port is really tried", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  await expect(choosePort(port, [])).rejects.toThrow(PortUnusable);
  server.close();
});
