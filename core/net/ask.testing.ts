import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, LookupFunction } from "node:net";

// A provider on loopback, whose name only these tests resolve.

export const host = "provider.test";
/**
 * Tests treat the first of these loopback addresses as public, and the other not. macOS has only 127.0.0.1, so it is the
 * one there that something listens on.
 */
export const [address, privateAddress] =
  process.platform === "darwin" ? (["127.0.0.1", "127.0.0.2"] as const) : (["127.0.0.2", "127.0.0.1"] as const);

/** Of provider.test, signed by itself; used nowhere else. */
const key = `
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgv4vgDOXrsEkL6T0e
FTgbtJFT1rLsAguRGTMjhkPPp8ihRANCAAS2ZjHi3ZtBGlvD5NkTZZStT3n28FX5
deHQMY/bnl4Ip7tSP6Ln5WEL6dx3Goag0G65x+IzMCzVdwdOX6JxL5I2
-----END PRIVATE KEY-----
`;
export const certificate = `
-----BEGIN CERTIFICATE-----
MIIBoTCCAUegAwIBAgIUFmowdQTKOsduLNgUVvzQjLvRiMMwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNcHJvdmlkZXIudGVzdDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIw
MDEwMTAwMDAwMFowGDEWMBQGA1UEAwwNcHJvdmlkZXIudGVzdDBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABLZmMeLdm0EaW8Pk2RNllK1PefbwVfl14dAxj9ueXgin
u1I/ouflYQvp3HcahqDQbrnH4jMwLNV3B05fonEvkjajbTBrMB0GA1UdDgQWBBTx
aGj7uyDbF2TqqEVg+pnnRGZ5GDAfBgNVHSMEGDAWgBTxaGj7uyDbF2TqqEVg+pnn
RGZ5GDAPBgNVHRMBAf8EBTADAQH/MBgGA1UdEQQRMA+CDXByb3ZpZGVyLnRlc3Qw
CgYIKoZIzj0EAwIDSAAwRQIgHb6spDRcnSC9m2TYuj6hhThedYpnMsQNKBp4wFGQ
z8kCIQCwVfkwvh3w85mT6UhvoHriJo5KOogyZuRHYI3KgXrJ9A==
-----END CERTIFICATE-----
`;

export type TestProvider = { url: string; port: number; asked: string[]; stop: () => Promise<void> };

/** A server that answers as told, and remembers what it was asked. */
export async function openProvider(answer: RequestListener, at = address): Promise<TestProvider> {
  const asked: string[] = [];
  const server = createServer({ key, cert: certificate }, (request, response) => {
    asked.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, at, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://${host}:${port}`,
    port,
    asked,
    stop: async () => {
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Resolves every name to these addresses, one set after the other, and remembers how often it was asked. */
export function resolving(...sets: string[][]): { lookup: LookupFunction; asked: string[] } {
  const asked: string[] = [];
  const lookup: LookupFunction = (name, options, done) => {
    const found = sets[Math.min(asked.push(name), sets.length) - 1] ?? [];
    const all = found.map((one) => ({ address: one, family: one.includes(":") ? 6 : 4 }));
    const [first] = all;
    if (!first) return done(Object.assign(new Error("No such name."), { code: "ENOTFOUND" }), "");
    return options.all ? done(null, all) : done(null, first.address, first.family);
  };
  return { lookup, asked };
}
