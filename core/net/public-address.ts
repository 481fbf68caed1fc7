import { BlockList, isIP } from "node:net";

/**
 * Special addresses in the list of IANA (RFC 6890 and later): private, shared, loopback, link-local, documentation,
 * multicast.
 */
const special: readonly [network: string, bits: number][] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  // threat: the metadata of the cloud is public
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

/** Of IPv6 only 2000::/3 is given out; within it, these are special or lead to an address of IPv4. */
const special6: readonly [network: string, bits: number][] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["2620:4f:8000::", 48],
  ["3fff::", 20],
];

const closed = new BlockList();
for (const [network, bits] of special) closed.addSubnet(network, bits);
for (const [network, bits] of special6) closed.addSubnet(network, bits, "ipv6");
const open6 = new BlockList();
open6.addSubnet("2000::", 3, "ipv6");

/** Returns whether an IP address is one that anybody on the internet reaches. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !closed.check(address);
  // threat: an address of IPv4 in one of IPv6 is public
  return family === 6 && open6.check(address, "ipv6") && !closed.check(address, "ipv6");
}
