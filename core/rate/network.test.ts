import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { networkOf } from "./network.ts";

describe("the network of an address", () => {
  test("is a whole IPv4 address, also when mapped into IPv6", () => {
    expect(networkOf("203.0.113.7")).toBe("203.0.113.7");
    expect(networkOf("::ffff:203.0.113.7")).toBe("203.0.113.7");
    expect(networkOf("::FFFF:cb00:7107")).toBe("203.0.113.7");
    expect(networkOf("0:0:0:0:0:ffff:203.0.113.7")).toBe("203.0.113.7");
    expect(networkOf("unknown")).toBe("unknown");
  });

  test("is the first half of an IPv6 address, in any spelling", () => {
    const written = [
      "2001:db8:0:1::1",
      "2001:0db8:0000:0001:ffff:ffff:ffff:ffff",
      "2001:DB8::1:0:0:0:7",
      "2001:db8:0:1::%eth0",
    ];
    expect(new Set(written.map(networkOf))).toEqual(new Set(["2001:db8:0:1::/64"]));
    expect(networkOf("2001:db8:0:2::1")).toBe("2001:db8:0:2::/64");
    expect(networkOf("::1")).toBe("0:0:0:0::/64");
  });

  test("of two IPv6 addresses is the same exactly if their first 64 bits are", () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const half = fc.tuple(group, group, group, group);
    const write = (groups: number[]) => groups.map((one) => one.toString(16)).join(":");
    const property = fc.property(half, half, half, (one, other, rest) => {
      fc.pre(!(one.every((part) => part === 0) && rest[0] === 0));
      const [a, b] = [networkOf(write([...one, ...rest])), networkOf(write([...one, ...other]))];
      expect(a).toBe(b);
      expect(networkOf(write([...other, ...rest])) === a).toBe(write(one) === write(other));
    });
    fc.assert(property);
  });
});
