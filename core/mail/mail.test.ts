import { gate, unguarded } from "@muster/local/testing/faults/broken.ts";
import { injectFaults } from "@muster/local/testing/faults/faults.ts";
import { around } from "@muster/local/testing/faults/table-call.ts";
import { notificationPut } from "@muster/local/testing/fixtures/rows.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import { accountKeys } from "../account/keys.ts";
import type { ID } from "../base/id.ts";
import * as Ids from "../base/id.ts";
import { asSystem, provide } from "../kernel/context.ts";
import { MailPostponed, MailRefused } from "../kernel/mail-error.ts";
import type { MailMessage } from "../kernel/ports.ts";
import { notificationKeys } from "../notification/keys.ts";
import type { Booking } from "../rate/budgets.ts";
import { rateKeys } from "../rate/keys.ts";
import * as Code from "../session/code.ts";
import { sessionKeys } from "../session/keys.ts";
import * as Session from "../session/session.ts";
import { remove, type Table, update } from "../table/table.ts";
import { mailKeys } from "./keys.ts";
import * as Mail from "./mail.ts";

const organization = Ids.derive("organization", "acme");
const notification = Ids.derive("notification", "created");
let world: World;
let ada: Person;
let job: Extract<Mail.Job, { kind: "notification" }>;

beforeEach(async () => {
  world = await openWorld();
  ada = await world.person("ada@example.com");
  job = { kind: "notification", account: ada.account, notification };
  await world.table.write(notificationPut(ada.account, notification, organization));
});

const deliver = (what: Mail.Job = job) => asSystem("mail", () => Mail.deliver(what));
const state = async () => (await world.table.get(notificationKeys.notification(ada.account, notification)))?.mail;
const sending = (send: (message: MailMessage) => Promise<string>, table: Table = world.table) =>
  world.rebind({ table, mail: { send, rate: async () => 100_000 } });

describe("a notification", () => {
  test("is mailed once, with a link to its subject", async () => {
    expect(await deliver()).toEqual({ outcome: "sent" });
    expect(await state()).toBe("sent");
    expect(await deliver()).toEqual({ outcome: "sent already" });
    expect(world.sent).toHaveLength(1);
    expect(world.sent[0]).toMatchObject({
      to: "ada@example.com",
      tags: {
        kind: "notification",
        account: ada.account,
        notification,
        delivery: expect.stringMatching(/^dlv_\w{26}$/),
      },
      text: expect.stringContaining(`https://muster.example/organizations/${organization}`),
    });
  });

  test("is claimed before it is sent", async () => {
    const states: unknown[] = [];
    sending(async () => {
      states.push(await state());
      return "id";
    });
    await deliver();
    expect(states).toEqual(["unconfirmed"]);
  });

  test("is mailed once by concurrent workers", async () => {
    // one that looks in the midst is told that the result is unknown yet
    await times(12, () => resultOf(deliver()));
    expect(await state()).toBe("sent");
    expect(world.sent).toHaveLength(1);
  });

  test("is mailed at most once by concurrent workers that lose answers", async () => {
    const faults = injectFaults(world.rows.client, 3);
    faults.plan({ conflicts: 0.3, lostAnswers: 0.3 });
    await times(12, () => resultOf(deliver()));
    faults.clear();
    expect(world.sent.length).toBe(1);
  });

  test("would be mailed often without the guard of the claim", async () => {
    const { pass, opened } = gate(12);
    const together: Table = {
      ...world.table,
      getMany: (...all) => world.table.getMany(...all).finally(pass),
      write: (...steps) => opened.then(() => world.table.write(...steps)),
    };
    sending(
      async (message) => `${world.sent.push(message)}`,
      unguarded(together, (step) => step.key.sk === notification),
    );
    await times(12, () => deliver());
    expect(world.sent.length).toBe(12);
  });

  test("is not mailed by a worker whose claim was refused and the refusal lost", async () => {
    const inTheMidst = gate(1);
    const mineIsDone = gate(1);
    sending(async (message) => {
      world.sent.push(message);
      inTheMidst.pass();
      await mineIsDone.opened;
      return "id";
    });
    const others: Promise<unknown>[] = [];
    const lost = Object.assign(new Error("socket hang up"), { name: "TimeoutError", code: "ECONNRESET" });
    around(world.rows.client, (next) => async (operation, input) => {
      if (others.length > 0 || !JSON.stringify(input).includes('"unconfirmed"')) return next(operation, input);
      others.push(deliver()); // another worker is faster, and is sending
      await inTheMidst.opened;
      await next(operation, input).catch(() => undefined);
      throw lost;
    });
    expect(await deliver()).toEqual({ outcome: "claimed already" });
    mineIsDone.pass();
    await Promise.all(others);
    expect(world.sent).toHaveLength(1);
  });

  describe("whose result is unknown", () => {
    const messages: MailMessage[] = [];
    const deliveries = () => messages.map(({ tags }) => tags.delivery ?? "");
    const report = (delivery: string, mailStatus: "sent" | "bounced" = "sent") => {
      const tags = { kind: "notification", account: ada.account, notification, delivery };
      return asSystem("events", () => Mail.record({ mailStatus, permanent: false, recipients: [], tags }));
    };
    beforeEach(() => {
      messages.length = 0;
      sending(async (message) => {
        messages.push(message);
        throw new Error("socket hang up");
      });
    });

    test("waits for the provider's report, and is not sent again if that comes", async () => {
      await expect(deliver()).rejects.toMatchObject({ name: "MailUnconfirmed", seconds: 900 });
      expect(await state()).toBe("unconfirmed");
      world.clock.pass(300);
      await expect(deliver()).rejects.toMatchObject({ name: "MailUnconfirmed", seconds: 600 });
      expect(await report(deliveries()[0] ?? "")).toEqual({ paused: false, isDouble: false });
      world.clock.pass(600);
      expect(await deliver()).toEqual({ outcome: "sent already" });
      expect(messages).toHaveLength(1);
    });

    test("is sent again after 15 minutes without a report, for a day", async () => {
      for (let n = 0; n < 96; n++) {
        await expect(deliver()).rejects.toMatchObject({ name: "MailUnconfirmed", seconds: 900 });
        world.clock.pass(900);
      }
      expect(await deliver()).toEqual({ outcome: "unconfirmed already" });
      expect(new Set(deliveries()).size).toBe(96);
      expect(deliveries().filter((name) => !/^[\w-]{1,256}$/.test(name))).toEqual([]);
    });

    test("and that is reported after it was sent again, has been sent twice", async () => {
      await resultOf(deliver());
      world.clock.pass(900);
      await resultOf(deliver());
      const [first = "", second = ""] = deliveries();
      // the report of the first one comes after all
      expect(await report(first)).toEqual({ paused: false, isDouble: true });
      expect(await state()).toBe("sent");
      world.clock.pass(900);
      expect(await deliver()).toEqual({ outcome: "sent already" });
      expect(await report(second)).toEqual({ paused: false, isDouble: false });
    });

    test("and that is reported late is the one that a bounce is about", async () => {
      await resultOf(deliver());
      world.clock.pass(900);
      await resultOf(deliver());
      const [first = ""] = deliveries();
      await report(first);
      await report(first, "bounced");
      expect(await state()).toBe("bounced");
    });

    test("and that is reported after it was sent twice more is sent no more", async () => {
      for (let n = 0; n < 3; n++) {
        await resultOf(deliver());
        world.clock.pass(900);
      }
      expect(await report(deliveries()[0] ?? "")).toEqual({ paused: false, isDouble: true });
      expect(await deliver()).toEqual({ outcome: "sent already" });
      expect(messages).toHaveLength(3);
    });

    test("that a gateway gave up although the provider took it is not sent again once that reports it", async () => {
      sending(async (message) => {
        messages.push(message);
        throw new MailPostponed("The mail provider is down.", { lack: "provider" });
      });
      await resultOf(deliver());
      expect(await state()).toBe("queued");
      await report(deliveries()[0] ?? "");
      expect(await deliver()).toEqual({ outcome: "sent already" });
      expect(messages).toHaveLength(1);
    });

    test("is sent again by one of the workers that look at once", async () => {
      await resultOf(deliver());
      world.clock.pass(900);
      world.rebind();
      // one that looks in the midst is told that the result is unknown yet
      await times(6, () => resultOf(deliver()));
      expect(await state()).toBe("sent");
      expect(world.sent).toHaveLength(1);
    });

    test("stays unknown while the provider is down, and is sent when it is back", async () => {
      await resultOf(deliver());
      world.clock.pass(900);
      sending(async () => {
        throw new MailPostponed("It is down.", { lack: "provider" });
      });
      expect(await resultOf(deliver())).toContain("MailPostponed");
      expect(await state()).toBe("unconfirmed");
      world.rebind();
      expect(await deliver()).toEqual({ outcome: "sent" });
    });

    test("that an earlier release sent is left alone", async () => {
      const key = notificationKeys.notification(ada.account, notification);
      const delivery = "0f8fad5b-d9cb-469f-a165-70867728950e";
      await world.table.write(update(key, { set: { mail: "unconfirmed", delivery } }));
      world.clock.pass(9_000);
      expect(await deliver()).toEqual({ outcome: "unconfirmed already" });
    });
  });

  test("is postponed if the provider is too busy, and sent later", async () => {
    sending(async () => {
      throw new MailPostponed("Slower.");
    });
    expect(await resultOf(deliver())).toContain("MailPostponed");
    expect(await state()).toBe("queued");
    world.rebind();
    expect(await deliver()).toEqual({ outcome: "sent" });
  });

  test("has failed if the provider refuses it, and is not retried", async () => {
    sending(async () => {
      throw new MailRefused("No.");
    });
    expect(await deliver()).toEqual({ outcome: "failed" });
    world.rebind();
    expect(await deliver()).toEqual({ outcome: "failed already" });
  });

  test("is not sent to an address with a permanent bounce or a complaint", async () => {
    await asSystem("events", () =>
      Mail.record({ mailStatus: "bounced", permanent: true, recipients: ["Ada@example.com"], tags: {} }),
    );
    expect(await deliver()).toEqual({ outcome: "suppressed" });
    expect(await state()).toBe("suppressed");
    expect(world.sent).toEqual([]);
  });

  test("waits when the whole deployment has sent too much, and is not claimed", async () => {
    world.rebind({
      settings: { productName: "Muster", siteUrl: "https://muster.example", freeSeats: 3, mailsPerHour: 1 },
    });
    // the first one in the budget of organizations that send few, the second one in that of all
    for (let n = 0; n < 2; n++) {
      expect(await deliver()).toEqual({ outcome: "sent" });
      await world.table.write(
        update(notificationKeys.notification(ada.account, notification), { set: { mail: "queued" } }),
      );
    }
    let booking: Booking | undefined;
    await deliver().catch((error: unknown) => {
      booking = (error as MailPostponed).booking;
    });
    expect(booking?.at).toBe("2026-11-24T10:05:27.273Z");
    expect(await state()).toBe("queued");
    const again = () => asSystem("mail", () => Mail.deliver({ ...job, ...(booking && { turn: booking }) }));
    world.clock.pass(3900);
    await expect(again()).rejects.toMatchObject({ name: "MailPostponed", booking });
    world.clock.pass(30);
    expect(await again()).toEqual({ outcome: "sent" });
  });

  test("takes no slot of others when it must wait for the budget", async () => {
    const settings = { productName: "Muster", siteUrl: "https://muster.example", freeSeats: 3, mailsPerHour: 1 };
    world.rebind({ settings, mail: { send: async () => "id", rate: async () => 1 } });
    const inTime = () => asSystem("mail", () => Mail.deliver(job), world.clock.at + 60_000);
    for (const leave of [deliver, inTime]) {
      await leave();
      await world.table.write(
        update(notificationKeys.notification(ada.account, notification), { set: { mail: "queued" } }),
      );
    }
    const slots = () => world.table.get(rateKeys.sendTokens());
    const before = await slots();
    expect(await resultOf(inTime())).toContain("MailPostponed");
    expect(await slots()).toEqual(before);
  });

  test("is not sent if it or its account was deleted", async () => {
    await world.table.write(remove(accountKeys.profile(ada.account)));
    expect(await deliver()).toEqual({ outcome: "gone" });
    await world.table.write(remove(notificationKeys.notification(ada.account, notification)));
    expect(await deliver()).toEqual({ outcome: "gone" });
  });
});

describe("a code", () => {
  const requestCode = async () => {
    const actor = { type: "public" as const, origin: { ip: "203.0.113.9", agent: "" } };
    const { flow } = await provide({ actor }, () => Session.requestCode({ email: "bob@example.com" }));
    return { flow, code: Code.derive(flow, addressOf("bob@example.com")) };
  };

  test("leaves at once for a member or a known browser, while strangers name hundreds of addresses", async () => {
    const codeTo = async (email: string, ip: string, browser?: string) => {
      const actor = { type: "public" as const, origin: { ip, agent: "", browser } };
      const { flow } = await provide({ actor }, () => Session.requestCode({ email }));
      return resultOf(asSystem("mail", () => Mail.deliver({ kind: "code", flow })));
    };
    const strangers = await times(60, (n) => codeTo(`stranger-${n}@example.com`, `198.51.${n}.1`));
    for (let n = 60; n < 120; n++) strangers.push(await codeTo(`stranger-${n}@example.com`, `198.51.${n}.1`));
    expect(strangers.at(-1)).toContain("MailPostponed");
    const sent = () => world.sent.at(-1)?.to;
    await codeTo("ada@example.com", "203.0.113.7");
    expect(sent()).toBe("ada@example.com");
    await codeTo("grace@example.com", "203.0.113.7", Code.markBrowser(addressOf("grace@example.com")));
    expect(sent()).toBe("grace@example.com");
    // nor does one network take what all strangers share
    const [before] = [world.sent.length];
    for (let n = 0; n < 40; n++) await codeTo(`neighbor-${n}@example.com`, "192.0.2.9");
    expect(world.sent.length - before).toBeLessThan(10);
  });

  test("is mailed once, formatted, with a link that carries it in the fragment", async () => {
    const { flow, code } = await requestCode();
    expect(world.queued).toEqual({
      work: [],
      mail: [],
      bulk: [],
      imports: [],
      codes: [{ kind: "code", flow }],
      checks: [],
    });
    expect(await deliver({ kind: "code", flow })).toEqual({ outcome: "sent" });
    expect(await deliver({ kind: "code", flow })).toEqual({ outcome: "sent already" });
    expect(world.sent).toHaveLength(1);
    const [message] = world.sent;
    expect(message?.subject).toBe(`${Code.pretty(code)} is your Muster code`);
    expect(message?.text).toContain(`https://muster.example/sign-in#flow=${flow}&code=${code}\n`);
    expect(message?.tags).toEqual({ kind: "code", stranger: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });

  test("is the same when it is mailed twice after a crash", async () => {
    const { flow } = await requestCode();
    const messages: MailMessage[] = [];
    sending(async (message) => {
      messages.push(message);
      throw new Error("The process crashed.");
    });
    await resultOf(deliver({ kind: "code", flow }));
    expect(messages.length).toBeGreaterThan(1);
    expect(new Set(messages.map((message) => JSON.stringify(message))).size).toBe(1);
  });

  test("is sent again at once when the answer was lost, because somebody waits for it", async () => {
    const { flow } = await requestCode();
    let tries = 0;
    sending(async () => {
      tries += 1;
      if (tries === 1) throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
      return "mail-2";
    });
    expect(await deliver({ kind: "code", flow })).toEqual({ outcome: "sent" });
    expect(tries).toBe(2);
  });

  test("is not mailed once it has been used or has expired", async () => {
    const [used, late] = [await requestCode(), await requestCode()];
    await world.table.write(remove(sessionKeys.flow(used.flow)));
    world.clock.pass(600);
    expect(await deliver({ kind: "code", flow: used.flow })).toEqual({ outcome: "expired" });
    expect(await deliver({ kind: "code", flow: late.flow })).toEqual({ outcome: "expired" });
    expect(world.sent).toEqual([]);
  });
});

describe("an event about a mail", () => {
  type MailStatus = Parameters<typeof Mail.record>[0];
  const record = (mailStatus: MailStatus["mailStatus"], more: Partial<MailStatus> = {}) =>
    asSystem("events", () =>
      Mail.record({
        mailStatus,
        permanent: false,
        recipients: ["ada@example.com"],
        tags: world.sent[0]?.tags ?? {},
        ...more,
      }),
    );
  const blocked = async () => (await world.table.get(mailKeys.suppression(addressOf("ada@example.com")))) !== undefined;

  test("shows at the notification, and changes nothing when repeated", async () => {
    await deliver();
    await record("delivered");
    await record("delivered");
    expect(await state()).toBe("delivered");
    expect(await blocked()).toBe(false);
  });

  test("may arrive in any order: less informative ones change nothing", async () => {
    await deliver();
    await record("complained");
    await record("delivered");
    expect(await state()).toBe("complained");
  });

  test("may arrive before the worker knows that it has sent the mail", async () => {
    sending(async ({ tags }) => {
      await record("delivered", { tags });
      return "id";
    });
    await deliver();
    expect(await state()).toBe("delivered");
  });

  test("decides the status if the worker crashed during sending", async () => {
    sending(async (message) => {
      world.sent.push(message);
      throw new Error("The process crashed.");
    });
    await resultOf(deliver());
    expect(await state()).toBe("unconfirmed");
    await record("delivered");
    expect(await state()).toBe("delivered");
  });

  test("is ignored if the row did not request that mail, or waits again", async () => {
    await deliver();
    const [message] = world.sent;
    await record("bounced", { tags: { ...message?.tags, delivery: "another" } });
    const { delivery: _, ...nameless } = message?.tags ?? {};
    await record("bounced", { tags: nameless });
    expect(await state()).toBe("sent");
    await world.table.write(
      update(notificationKeys.notification(ada.account, notification), { set: { mail: "queued" } }),
    );
    await record("bounced");
    expect(await state()).toBe("queued");
  });

  test("suppresses an address after a permanent bounce or a complaint, not after a temporary one", async () => {
    await record("bounced");
    expect(await blocked()).toBe(false);
    await record("bounced", { permanent: true });
    expect(await blocked()).toBe(true);
    await record("complained", { recipients: ["eve@example.com"] });
    expect(await world.table.get(mailKeys.suppression(addressOf("eve@example.com")))).toMatchObject({
      complained: "2026-11-24T09:00:00.000Z",
    });
  });

  test("about a rejected mail means that it failed", async () => {
    await deliver();
    await record("rejected");
    expect(await state()).toBe("failed");
  });

  test("about a mail without a notification, or with foreign tags, changes no row", async () => {
    await deliver();
    const tags = { ...world.sent[0]?.tags };
    const before = await world.rows.scan();
    await record("delivered", { tags: { ...tags, kind: "code" } });
    await record("delivered", { tags: { ...tags, kind: "invitation" } });
    await record("delivered", { tags: { ...tags, notification: "#profile" } });
    await record("delivered", { tags: { ...tags, account: "org_1" } });
    await record("delivered", { tags: { ...tags, notification: Ids.derive("notification", "other") } });
    expect(await world.rows.scan()).toEqual(before);
  });
});

test("a job has ids only: nothing else is accepted", async () => {
  const flow: ID<"flow"> = Ids.create("flow");
  const address = addressOf("bob@example.com");
  const wrong = [
    {
      kind: "code",
      flow,
      code: "22222222",
    },
    {
      kind: "code",
      flow: "x",
    },
    { kind: "message" },
    {},
    {
      kind: "invitation",
      organization,
      address,
    },
    {
      kind: "reminder",
      organization,
      address,
      attempt: 0,
    },
  ];
  for (const one of wrong) expect(await resultOf(deliver(one as Mail.Job))).toBe("input.invalid");
});

test("a code for reauthentication says so and has no link: it is entered where it was requested", async () => {
  const { flow } = await world.as(ada, () => Session.requestReauthentication({}));
  expect(await deliver({ kind: "code", flow })).toEqual({ outcome: "sent" });
  const [message] = world.sent;
  expect(message?.subject).toContain(Code.pretty(Code.derive(flow, addressOf(ada.email))));
  expect(message?.text).toContain("Confirm it's you");
  expect(message?.text).not.toContain("https://");
});
