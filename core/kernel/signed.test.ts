import { beforeEach, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import * as Quote from "../billing/quote.ts";
import * as DeviceCode from "../device/code.ts";
import * as DeviceToken from "../device/token.ts";
import * as Link from "../invitation/link.ts";
import * as Unsubscribe from "../notification/unsubscribe-link.ts";
import * as Code from "../session/code.ts";
import { issue } from "../sync/issued.ts";
import * as Cursor from "./cursor.ts";
import { bind } from "./ports.ts";
import { signed } from "./signed.ts";

const at = "2026-12-02T09:00:00.000Z";
const [organization, account, address, device, flow] = [
  ID.derive("organization", "acme"),
  ID.derive("account", "ada"),
  ID.derive("address", "bob@example.com"),
  ID.derive("device", "laptop"),
  ID.derive("flow", "first"),
];
const terms = { at, plan: "monthly", seats: 3 } as unknown as Parameters<typeof Quote.sign>[1];
const addressee = { sk: device, organization };

beforeEach(() => bind({ pepper: "a pepper", now: () => new Date(at) }));

/** Texts that people, devices, and rows keep: a release that reads them otherwise locks those out. */
const kept: [string, () => string, string][] = [
  [
    "invitation",
    () => Link.mintToken({ organization, address, attempt: 2, by: account }),
    "mst_inv_425CSTV1Y192GA42JVMZ6NXF5A2ZZ1GBY4CGB5P7325BGMEVD4FG7XXS1GTG5XAZFENGC6SPBS00SX2.1k0nSo4G3SIJw2xBApbKTA",
  ],
  [
    "unsubscribe",
    () => Unsubscribe.mintToken({ account, organization }),
    "mst_uns_7XXS1GTG5XAZFENGC6SPBS00SX425CSTV1Y192GA42JVMZ6NXF5A20789.PzqygFoqr3AJX91Px0oE6g",
  ],
  [
    "undo",
    () => Unsubscribe.mintUndo("mst_uns_x", [{ organization, groups: ["mentions"] }]),
    "mst_und_1796202000.esofuHnt0sl5g0lhsg4tEw",
  ],
  [
    "quote",
    () => Quote.sign(organization, terms),
    "mst_quo_eyJhdCI6IjIwMjYtMTItMDJUMDk6MDA6MDAuMDAwWiIsInBsYW4iOiJtb250aGx5Iiwic2VhdHMiOjN9.CKwH37NsAe57uiaCpaLpJeZhYZrRaJcgecPoyZJYX24",
  ],
  ["code", () => Code.derive(flow, address), "9EQ5RQ5K"],
  ["user code", () => DeviceCode.idOfUserCode("BCDF-GHJK"), "uc_2ZXHZBZ511YAHB2AN8B66438NA"],
  [
    "authorization code",
    () => DeviceCode.deriveAuthorizationCode(ID.derive("deviceCode", "one"), device),
    "mst_aut_3PJB1TTDA0QE03R0GB7BQ6DKC8TDij3aJsXCMFvD32vXOd8LwlO244FY2qnBxHZ5VhN6u2hBVF4",
  ],
  [
    "device token",
    () => DeviceToken.derive({ account, organization, device }, "origin"),
    "mst_dev_7XXS1GTG5XAZFENGC6SPBS00SX425CSTV1Y192GA42JVMZ6NXF5A2YXG6W86DAGCVVYWJZ09QXN73RobeNx6NhGkk2js7LYHrgfjA7ew5LE8uzFDjB98nyB2h1pVV6S",
  ],
  ["document", () => issue(addressee, { revision: 7 }, { a: 1 }), "AVq9f1zFei3ZS3WQ8ErYCGyYE3JajOZTY_wBAfW-U5Y"],
  [
    "cursor",
    () => Cursor.seal("member.list", { pk: "a", sk: "b" }),
    "YaSxFuVzWBqWGvPdmvSTVotQAQ.3B7gS4o6DtV9hAK9yykeZg",
  ],
];

test.each(kept)("the format of %s stays", (_, make, text) => {
  expect(make()).toBe(text);
});

test("a tag opens for its values and its purpose only, and under the pepper that was replaced", () => {
  const [one, other] = [signed("one", 16), signed("other", 16)];
  const tag = one.tag("a", 1);
  const opened = [one.opens(tag, "a", 1), one.opens(tag, "a", 2), one.opens(tag, "a"), other.opens(tag, "a", 1)];
  expect(opened).toEqual([true, false, false, false]);
  expect([one.opens("", "a", 1), one.opens(`${tag}=`, "a", 1)]).toEqual([false, false]);
  const replaced = { value: "a pepper", usedUntil: "2026-12-02T08:00:00.000Z" };
  bind({
    pepper: () => ({ current: "a newer pepper", previous: { ...replaced, validUntil: "2026-12-03T09:00:00.000Z" } }),
  });
  expect([one.opens(tag, "a", 1), one.opens(one.tag("a", 1), "a", 1), one.tag("a", 1) === tag]).toEqual([
    true,
    true,
    false,
  ]);
  bind({
    pepper: () => ({ current: "a newer pepper", previous: { ...replaced, validUntil: "2026-12-02T08:30:00.000Z" } }),
  });
  expect(one.opens(tag, "a", 1)).toBe(false);
});
