import { describe, expect, test } from "vitest";
import { isPublicAddress } from "./public-address.ts";

describe("an address is public:", () => {
  test.each(["1.1.1.1", "8.8.8.8", "52.94.133.131", "172.15.0.1", "172.32.0.1", "192.167.255.255", "100.63.255.255"])(
    "%s",
    (address) => expect(isPublicAddress(address)).toBe(true),
  );
  test.each(["2606:4700:4700::1111", "2a00:1450:4001:82b::200e", "2001:4860:4860::8888", "2400:cb00::1"])(
    "%s",
    (address) => expect(isPublicAddress(address)).toBe(true),
  );
});

describe("an address is not public:", () => {
  test.each([
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
  ])("%s", (address) => expect(isPublicAddress(address)).toBe(false));
  test.each([
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "100::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2001::1",
    "2001:0:4136:e378::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "3fff::1",
    "4000::1",
  ])("%s", (address) => expect(isPublicAddress(address)).toBe(false));
  test.each(["", "localhost", "1.1.1", "1.1.1.1 ", "0x7f000001", "2130706433", "[::1]"])("%s, which is none", (text) =>
    expect(isPublicAddress(text)).toBe(false),
  );
});
