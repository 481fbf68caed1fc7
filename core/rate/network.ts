import { isIPv6 } from "node:net";

/** Returns the larger network of an address, which one office or one provider's customer has: /24, or /48 of IPv6. */
export function wideNetworkOf(ip: string): string {
  const narrow = networkOf(ip);
  const parts = narrow.split(/[.:]/).slice(0, 3);
  return narrow.includes(":") ? `${parts.join(":")}::/48` : `${parts.join(".")}.0/24`;
}

/** Returns the part of an address that belongs to one party: all of IPv4, the first 64 bits of IPv6. */
export function networkOf(ip: string): string {
  if (!isIPv6(ip)) return ip;
  const groups = groupsOf(ip);
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 6).join() === "0,0,0,0,0,65535";
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join(".");
  // threat: one party has as many limits as IPv6 addresses
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}

/**
 * Returns the eight numbers of an IPv6 address. A URL writes each address in one way, the last 32 bits as two numbers.
 */
function groupsOf(ip: string): number[] {
  const canonical = new URL(`http://[${ip.replace(/%.*$/, "")}]`).hostname.slice(1, -1);
  const [left = [], right = []] = canonical.split("::").map((half) => half.split(":").filter(Boolean));
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
}
