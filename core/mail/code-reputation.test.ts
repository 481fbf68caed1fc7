import { resultOf } from "@muster/local/testing/result.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import { asSystem, provide } from "../kernel/context.ts";
import { codesSuspectFrom, suspectCodesPerHour } from "../rate/limits.ts";
import * as Code from "../session/code.ts";
import * as Session from "../session/session.ts";
import * as CodeReputation from "./code-reputation.ts";
import * as Mail from "./mail.ts";

let world: World;
let ada: Person;
beforeEach(async () => {
  world = await openWorld();
  world.rebind({
    settings: { productName: "Muster", siteUrl: "https://muster.example", freeSeats: 3, mailsPerHour: 20_000 },
  });
  ada = await world.person("ada@example.com");
});

/** Requests a code, and returns whether it left. */
async function codeTo(email: string, ip: string, browser?: string): Promise<boolean> {
  const before = world.sent.length;
  const actor = { type: "public" as const, origin: { ip, agent: "", browser } };
  const { flow } = await provide({ actor }, () => Session.requestCode({ email }));
  await resultOf(asSystem("mail", () => Mail.deliver({ kind: "code", flow })));
  return world.sent.length > before;
}
/** The provider's event about the code that left last. */
const record = (mailStatus: "bounced" | "delivered", permanent = mailStatus === "bounced") =>
  asSystem("events", () => {
    const { to = "", tags = {} } = world.sent.at(-1) ?? {};
    return Mail.record({ mailStatus, permanent, recipients: [to], tags });
  });
let invented = 0;
async function codes(count: number, ipOf: (n: number) => string, mailStatus: "bounced" | "delivered") {
  for (let n = 0; n < count; n++) {
    expect(await codeTo(`invented-${invented++}@example.net`, ipOf(n))).toBe(true);
    await record(mailStatus);
  }
}

test("where codes to invented addresses bounce, no more leave to strangers, but to accounts and known browsers", async () => {
  const ip = "198.51.100.7";
  await codes(codesSuspectFrom.ofNetwork.least, () => ip, "bounced");
  await codeTo("one-more@example.net", ip);
  expect(await codeTo("stranger@example.com", "198.51.100.99")).toBe(false);
  expect(await codeTo("stranger@example.com", "203.0.113.7")).toBe(true);
  expect(await codeTo(ada.email, ip)).toBe(true);
  expect(await codeTo("grace@example.com", ip, Code.markBrowser(addressOf("grace@example.com")))).toBe(true);
  world.clock.pass(7_200);
  expect(await codeTo("stranger@example.org", ip)).toBe(true);
});

test("a network whose codes mostly arrive, or bounce for a while only, is not suspect", async () => {
  const ip = "198.51.100.7";
  await codes(30, () => ip, "delivered");
  await codes(codesSuspectFrom.ofNetwork.least, () => ip, "bounced");
  expect(await codeTo("stranger@example.com", ip)).toBe(true);
  const other = "192.0.2.7";
  for (let n = 0; n < 2 * codesSuspectFrom.ofNetwork.least; n++) {
    await codeTo(`full-${n}@example.net`, other);
    await record("bounced", false);
  }
  expect(await codeTo("stranger@example.org", other)).toBe(true);
});

test("what bounces to accounts counts against nobody", async () => {
  const ip = "198.51.100.7";
  for (let n = 0; n < codesSuspectFrom.ofNetwork.least; n++) {
    const { email } = await world.person(`person-${n}@example.com`);
    await codeTo(email, ip);
    await record("bounced");
  }
  expect([await codeTo("a@example.net", ip), await codeTo("b@example.net", ip)]).toEqual([true, true]);
});

test("ten networks whose codes bounce use up their own budget, not that of a stranger elsewhere", async () => {
  const { least } = codesSuspectFrom.ofNetwork;
  for (let network = 0; network < 10; network++) {
    for (let n = 0; n < least; n++) {
      const tags = Object.assign({ kind: "code" }, CodeReputation.tagsOf(`198.51.${network}.0/24`));
      const bounce = { mailStatus: "bounced" as const, permanent: true, recipients: [], tags };
      await asSystem("events", () => Mail.record(bounce));
    }
  }
  let left = 0;
  for (let n = 0; n < 30; n++) if (await codeTo(`invented-${n}@example.net`, `198.51.${n % 10}.7`)) left++;
  expect(left).toBeLessThanOrEqual(suspectCodesPerHour.ofAll / 12);
  for (let n = 0; n < 20; n++) expect(await codeTo(`stranger-${n}@example.com`, `203.0.${n}.7`)).toBe(true);
});

test("what bounces where it is suspect already does not slow the codes of others", async () => {
  const tags = Object.assign({ kind: "code" }, CodeReputation.tagsOf("198.51.100.0/24"));
  const bounce = { mailStatus: "bounced" as const, permanent: true, recipients: [], tags };
  for (let n = 0; n < codesSuspectFrom.ofAll.least; n++) await asSystem("events", () => Mail.record(bounce));
  expect(await CodeReputation.suspectIn("203.0.113.0/24")).toEqual({ inNetwork: false, inAll: false });
  expect(await CodeReputation.suspectIn("198.51.100.0/24")).toEqual({ inNetwork: true, inAll: false });
});

test("bounces from hundreds of networks slow the codes to strangers of all, and nobody else's", async () => {
  for (let n = 0; n < codesSuspectFrom.ofAll.least; n++) {
    const tags = Object.assign({ kind: "code" }, CodeReputation.tagsOf(`198.51.${n}.0/24`));
    const bounce = { mailStatus: "bounced" as const, permanent: true, recipients: [], tags };
    await asSystem("events", () => Mail.record(bounce));
  }
  let left = 0;
  for (let n = 0; n < 12; n++) if (await codeTo(`later-${n}@example.net`, `203.0.${n}.7`)) left++;
  // a twelfth of an hour's codes leave at once
  expect(left).toBeLessThanOrEqual(suspectCodesPerHour.ofAll / 12);
  expect(await codeTo(ada.email, "198.51.1.7")).toBe(true);
});
