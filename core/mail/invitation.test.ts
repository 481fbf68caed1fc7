import { unguarded } from "@muster/local/testing/faults/broken.ts";
import { injectFaults } from "@muster/local/testing/faults/faults.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { invitationPut, organizationPut, type Pending } from "@muster/local/testing/fixtures/rows.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import { accountKeys } from "../account/keys.ts";
import * as ID from "../base/id.ts";
import { invitationKeys } from "../invitation/keys.ts";
import * as Link from "../invitation/link.ts";
import { asSystem } from "../kernel/context.ts";
import { MailPostponed, MailRefused } from "../kernel/mail-error.ts";
import type { MailMessage } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import { rateKeys } from "../rate/keys.ts";
import { type Item, put, remove, type Table, update } from "../table/table.ts";
import { mailKeys } from "./keys.ts";
import * as Mail from "./mail.ts";

const organization = ID.derive("organization", "acme");
const address = addressOf("bob@example.com");
const key = invitationKeys.addressIn(organization, address);
const block = mailKeys.suppression(address);
const job = { organization, address, attempt: 1 };

let world: World;
let ada: Person;

beforeEach(async () => {
  world = await openWorld();
  ada = await world.person("ada@example.com");
  await world.table.write(organizationPut(organization), pending());
});

const pending = ({ email = "bob@example.com", ...more }: Pending = {}, of = organization) =>
  invitationPut(of, email, { role: "write", message: "Welcome.", by: ada.account, ...more });
const change = (set: Item) => world.table.write(update(key, { set }));
const row = async () => (await world.table.get(raw(key))) ?? {};
const sending = (send: (message: MailMessage) => Promise<string>, table: Table = world.table) =>
  world.rebind({ table, mail: { send, rate: async () => 100_000 } });
const dying = () =>
  sending(async (message) => {
    world.sent.push(message);
    throw new Error("The process crashed.");
  });
type MailStatus = Parameters<typeof Mail.record>[0]["mailStatus"];
const record = (
  mailStatus: MailStatus,
  { tags }: Pick<MailMessage, "tags"> = world.sent[0] as MailMessage,
  permanent = false,
) => asSystem("events", () => Mail.record({ mailStatus, permanent, recipients: ["bob@example.com"], tags }));

describe.each([
  { kind: "invitation", state: "mail", delivery: "delivery" },
  { kind: "reminder", state: "reminder", delivery: "reminderDelivery" },
] as const)("the mail of an $kind", ({ kind, state, delivery }) => {
  beforeEach(async () => {
    if (kind === "reminder") await change({ mail: "delivered", delivery: "of-the-invitation", reminder: "queued" });
  });
  const deliver = (more: Partial<typeof job> = {}) => asSystem("mail", () => Mail.deliver({ kind, ...job, ...more }));
  const now = async () => (await row())[state];

  test("is sent once to the invited address, with a link of this attempt, and tags for the provider", async () => {
    expect(await deliver()).toEqual({ outcome: "sent" });
    expect(await deliver()).toEqual({ outcome: "sent already" });
    expect(world.sent).toHaveLength(1);
    const [message] = world.sent;
    const { [state]: is, [delivery]: name } = await row();
    expect(is).toBe("sent");
    expect(message).toMatchObject({ to: "bob@example.com", tags: { kind, organization, address, delivery: name } });
    expect(message?.text).toContain("Acme");
    expect(message?.text).toContain("Ada");
    const token = /\/invitations#(\S+)/.exec(message?.text ?? "")?.[1] ?? "";
    expect(Link.read(token)).toEqual({ ...job, by: ada.account });
  });

  test("leaves its link nowhere but in the mail", async () => {
    await deliver();
    expect(world.sent[0]?.text).toContain("mst_inv_");
    const { text: _, html: __, ...named } = world.sent[0] as MailMessage;
    expect(JSON.stringify([await world.rows.scan(), world.queued, named])).not.toContain("mst_inv_");
  });

  test("is sent at most once by concurrent workers, even if answers are lost", async () => {
    const faults = injectFaults(world.rows.client, 5);
    faults.plan({ conflicts: 0.3, lostAnswers: 0.3 });
    await times(12, () => resultOf(deliver()));
    faults.clear();
    expect(world.sent).toHaveLength(1);
  });

  test("is not sent once the invitation is no longer what the job meant", async () => {
    const others: Pending[] = [
      { attempt: 2 },
      { state: "revoked" },
      { state: "declined" },
      { state: "expired" },
      { state: "member" },
      { expiresAt: "2026-11-24T09:00:00.000Z" },
    ];
    for (const other of others) {
      await world.table.write(pending({ [state]: "queued", ...other }));
      expect(await deliver()).toEqual({ outcome: "gone" });
    }
    await world.table.write(remove(key));
    expect(await deliver()).toEqual({ outcome: "gone" });
    expect(world.sent).toEqual([]);
  });

  test("is not sent if that changes during sending", async () => {
    const changing = (set: Item): Table => ({
      ...world.table,
      write: async (...steps) => {
        await change(set);
        return world.table.write(...steps);
      },
    });
    for (const set of [{ state: "revoked" }, { attempt: 2 }, { expiresAt: "2026-11-24T08:00:00.000Z" }]) {
      await world.table.write(pending({ [state]: "queued" }));
      world.rebind({ table: changing(set) });
      expect(await deliver()).toEqual({ outcome: "claimed already" });
      world.rebind();
      expect(await now()).toBe("queued");
    }
    expect(world.sent).toEqual([]);
    const careless = unguarded(changing({ state: "revoked" }), () => true);
    await world.table.write(pending({ [state]: "queued" }));
    sending(async (message) => `${world.sent.push(message)}`, careless);
    await deliver();
    expect(world.sent).toHaveLength(1);
  });

  const organizationIs = (is: string) =>
    world.table.write(update(raw(organizationKeys.organization(organization)), { set: { state: is } }));

  test("waits unclaimed while the organization is suspended, and is sent after reactivation", async () => {
    await organizationIs("suspended");
    await expect(deliver()).rejects.toMatchObject({ name: "MailPostponed", seconds: 600 });
    expect(await now()).toBe("queued");
    expect(world.sent).toEqual([]);
    await organizationIs("active");
    expect(await deliver()).toEqual({ outcome: "sent" });
    await organizationIs("suspended");
    expect(await deliver()).toEqual({ outcome: "sent already" });
  });

  test("no longer waits for a suspended organization if the invitation has ended", async () => {
    await organizationIs("suspended");
    world.clock.pass(7 * 86_400);
    expect(await deliver()).toEqual({ outcome: "gone" });
  });

  test("is not sent for a deleted or unknown organization", async () => {
    await organizationIs("deleted");
    expect(await deliver()).toEqual({ outcome: "failed" });
    expect(await row()).toMatchObject({ state: "pending", [state]: "failed" });
    expect(world.sent).toEqual([]);
    await world.table.write(remove(organizationKeys.organization(organization)));
    expect(await deliver()).toEqual({ outcome: "gone" });
    expect(world.sent).toEqual([]);
  });

  describe("to an address with many mails from others", () => {
    const others = async (count: number) => {
      for (let n = 0; n < count; n++) {
        const other = ID.derive("organization", `other ${n}`);
        await world.table.write(organizationPut(other, { name: "Other" }), pending({ [state]: "queued" }, other));
        await asSystem("mail", () => Mail.deliver({ kind, ...job, organization: other }));
      }
    };

    test("is suppressed, and can be requested again an hour later", async () => {
      await others(6);
      expect(world.sent).toHaveLength(6);
      expect(await deliver()).toEqual({ outcome: "suppressed" });
      expect(await now()).toBe("suppressed");
      world.clock.pass(3600);
      await change({ [state]: "queued" });
      expect(await deliver()).toEqual({ outcome: "sent" });
    });

    test("does not affect mails to other addresses", async () => {
      await others(6);
      const carl = addressOf("carl@example.com");
      await world.table.write(pending({ [state]: "queued", email: "carl@example.com" }));
      expect(await deliver({ address: carl })).toEqual({ outcome: "sent" });
    });

    test("is not counted if it must wait", async () => {
      await others(5);
      sending(async () => {
        throw new MailPostponed("Slower.");
      });
      for (let n = 0; n < 3; n++) expect(await resultOf(deliver())).toContain("MailPostponed");
      world.rebind();
      expect(await deliver()).toEqual({ outcome: "sent" });
      await change({ [state]: "queued" });
      expect(await deliver()).toEqual({ outcome: "suppressed" });
    });
  });

  test("is sent for an organization that may not invite anybody new", async () => {
    await world.table.write(update(organizationKeys.organization(organization), { set: { growth: false } }));
    expect(await deliver()).toEqual({ outcome: "sent" });
  });

  test.each(["bounced", "complained"])("is suppressed if the address %s", async (why) => {
    await world.table.write(put(block, { [why]: "2026-11-01T00:00:00.000Z" }));
    expect(await deliver()).toEqual({ outcome: "suppressed" });
    expect(await now()).toBe("suppressed");
    expect(await deliver()).toEqual({ outcome: "suppressed already" });
    expect(world.sent).toEqual([]);
  });

  test("is sent if its organization has allowed it since the bounce", async () => {
    await world.table.write(put(block, { bounced: "2026-11-01T00:00:00.000Z" }));
    await change({ allowedAt: "2026-11-01T00:00:00.001Z" });
    expect(await deliver()).toEqual({ outcome: "sent" });
  });

  test("is sent without a name if the inviter's account was deleted", async () => {
    await world.table.write(remove(accountKeys.profile(ada.account)));
    expect(await deliver()).toEqual({ outcome: "sent" });
    expect(world.sent[0]?.text).toMatch(/You (are|were) invited/i);
  });

  test("waits again if the provider is too busy, and has failed if it refuses", async () => {
    sending(async () => {
      throw new MailPostponed("Slower.");
    });
    expect(await resultOf(deliver())).toContain("MailPostponed");
    expect(await now()).toBe("queued");
    sending(async () => {
      throw new MailRefused("No.");
    });
    expect(await deliver()).toEqual({ outcome: "failed" });
    expect(await now()).toBe("failed");
  });

  test("is unconfirmed after a worker's crash, and is not sent again if the provider reports it", async () => {
    dying();
    expect(await resultOf(deliver())).toContain("MailUnconfirmed");
    world.rebind();
    await expect(deliver()).rejects.toMatchObject({ name: "MailUnconfirmed", seconds: 900 });
    expect(await now()).toBe("unconfirmed");
    await record("delivered");
    world.clock.pass(900);
    expect(await deliver()).toEqual({ outcome: "delivered already" });
    expect(await row()).toMatchObject({ mail: "delivered", [state]: "delivered" });
    expect(world.sent).toHaveLength(1);
  });

  test("of which the provider reports nothing is sent again", async () => {
    dying();
    await resultOf(deliver());
    world.rebind();
    world.clock.pass(900);
    expect(await deliver()).toEqual({ outcome: "sent" });
    expect(world.sent).toHaveLength(2);
  });

  test("of an earlier attempt does not affect a later one, whatever happens to it", async () => {
    sending(async (message) => {
      world.sent.push(message);
      await world.table.write(pending({ attempt: 2, reminder: "queued", [delivery]: message.tags.delivery }));
      return "id"; // it was resent in between
    });
    await deliver();
    for (const mailStatus of ["delivered", "bounced", "complained", "rejected"] as const) {
      await record(mailStatus);
      expect(await row()).toMatchObject({ mail: "queued", reminder: "queued" });
    }
    world.rebind();
    await world.table.write(remove(block));
    if (kind === "reminder") await change({ mail: "sent" });
    await deliver({ attempt: 2 });
    await record("bounced");
    expect(await now()).toBe("sent");
    await record("bounced", world.sent[1]);
    expect((await row()).mail).toBe("bounced");
  });

  test("suppresses the address after a permanent bounce or a complaint", async () => {
    await deliver();
    await record("bounced", world.sent[0], true);
    expect(await row()).toMatchObject({ mail: "bounced" });
    expect(await world.table.get(block)).toMatchObject({ bounced: "2026-11-24T09:00:00.000Z" });
    await record("complained");
    expect(await row()).toMatchObject({ mail: "complained" });
    expect(await world.table.get(block)).toMatchObject({ complained: "2026-11-24T09:00:00.000Z" });
  });

  test("has a budget of its own for the whole deployment, and waits unclaimed when it is spent", async () => {
    world.rebind({
      settings: { productName: "Muster", siteUrl: "https://muster.example", freeSeats: 3, mailsPerHour: 1 },
    });
    // the first one in the budget of organizations that send few, the second one in that of all
    for (let n = 0; n < 2; n++) {
      await deliver();
      await change({ [state]: "queued" });
    }
    expect(await resultOf(deliver())).toContain("MailPostponed");
    expect(await now()).toBe("queued");
  });
});

describe("a reminder", () => {
  test("is said to have arrived once, however often the provider says it", async () => {
    await change({ mail: "sent", reminder: "queued" });
    await asSystem("mail", () => Mail.deliver({ kind: "reminder", ...job }));
    await record("delivered");
    await record("delivered");
    const week = Math.floor(world.clock.at / 604_800_000);
    expect(await world.table.get(rateKeys.mailOutcomes(organization, week))).toMatchObject({ delivered: 1 });
  });

  const remind = () => asSystem("mail", () => Mail.deliver({ kind: "reminder", ...job }));

  test("is not sent if none is due", async () => {
    expect(await remind()).toEqual({ outcome: "not requested" });
    expect(world.sent).toEqual([]);
  });

  test("does not change the status of the invitation's own mail", async () => {
    await change({ mail: "delivered", delivery: "first", reminder: "queued" });
    await remind();
    await record("delivered");
    expect(await row()).toMatchObject({ mail: "delivered", delivery: "first", reminder: "delivered" });
    await record("rejected");
    expect(await row()).toMatchObject({ mail: "delivered", delivery: "first", reminder: "delivered" });
    await change({ reminder: "sent" });
    await record("rejected");
    expect(await row()).toMatchObject({ mail: "delivered", delivery: "first", reminder: "failed" });
  });
});

describe("a process that crashes", () => {
  const deliver = () => asSystem("mail", () => Mail.deliver({ kind: "invitation", ...job }));

  /** Delivers with a process that crashes at its n-th call of the table or the provider, then with working ones. */
  async function dieAt(n: number, moment: "before" | "after"): Promise<{ died: boolean; wrong: string[] }> {
    let calls = 0;
    let died = false;
    const call = async <R>(run: () => Promise<R>): Promise<R> => {
      if (died) throw new Error("The process has crashed.");
      const dies = ++calls === n;
      died = dies;
      if (dies && moment === "before") throw new Error("The process crashed.");
      const answer = await run();
      if (dies) throw new Error("The process crashed.");
      return answer;
    };
    const { table } = world;
    const crashing: Table = {
      ...table,
      get: (...all) => call(() => table.get(...all)),
      getMany: (...all) => call(() => table.getMany(...all)),
      write: (...all) => call(() => table.write(...all)),
      change: (...all) => call(() => table.change(...all)),
    };
    world.sent.length = 0;
    world.clock.pass(3600); // an address gets at most six of them per hour
    await table.write(pending());
    sending((message) => call(async () => `${world.sent.push(message)}`), crashing);
    await resultOf(deliver());
    world.rebind();
    const report = async () => {
      for (const message of world.sent) await record("delivered", message);
    };
    await report();
    await resultOf(deliver());
    world.clock.pass(900);
    await deliver();
    await report();
    const { mail } = await row();
    const wrong = [
      ...(world.sent.length === 1 ? [] : [`call ${n}: ${world.sent.length} mails`]),
      ...(mail === "delivered" ? [] : [`call ${n}: ${String(mail)}`]),
    ];
    return { died, wrong };
  }

  test.each(["before", "after"] as const)(
    "%s any of its calls loses no mail and sends none twice, and what was sent is known in the end",
    async (moment) => {
      const wrong: string[] = [];
      let deaths = 0;
      for (let n = 1; ; n++) {
        const outcome = await dieAt(n, moment);
        wrong.push(...outcome.wrong);
        if (!outcome.died) break;
        deaths++;
      }
      expect(wrong).toEqual([]);
      expect(deaths).toBeGreaterThan(5);
    },
  );
});

describe("a reply to an invitation", () => {
  test.each(["invitation", "reminder"] as const)(
    "or to its %s reaches the inviter, and the email says so",
    async (kind) => {
      await change({ reminder: "queued", ...(kind === "reminder" && { mail: "sent" }) });
      await asSystem("mail", () => Mail.deliver({ kind, ...job }));
      expect(world.sent[0]).toMatchObject({ replyTo: { address: "ada@example.com", name: expect.any(String) } });
      expect(world.sent[0]?.text).toContain("Your reply goes to");
    },
  );

  test("reaches the sender of all emails if the operator has turned it off", async () => {
    const settings = { productName: "Muster", siteUrl: "https://muster.example", freeSeats: 3, mailsPerHour: 1000 };
    world.rebind({ settings: { ...settings, repliesReachInviter: false } });
    await asSystem("mail", () => Mail.deliver({ kind: "invitation", ...job }));
    expect(world.sent[0]).not.toHaveProperty("replyTo");
    expect(world.sent[0]?.text).not.toContain("Your reply");
  });

  test("reaches who the inviter is when the email is sent, and nobody whose account is gone", async () => {
    const eve = await world.person("eve@example.com");
    await change({ by: eve.account });
    await asSystem("mail", () => Mail.deliver({ kind: "invitation", ...job }));
    expect(world.sent[0]?.replyTo?.address).toBe("eve@example.com");
    await world.table.write(remove(accountKeys.profile(eve.account)));
    await change({ mail: "queued", attempt: 2 });
    await asSystem("mail", () => Mail.deliver({ kind: "invitation", ...job, attempt: 2 }));
    expect(world.sent[1]).not.toHaveProperty("replyTo");
  });

  test.each([
    ["a name of two lines", { name: "Ada\r\nBcc: eve@example.com" }, { name: "Ada Bcc: eve@example.com" }],
    ["a name with other line breaks", { name: "Ada\u2028\u0085\u0000Bcc: x" }, { name: "Ada Bcc: x" }],
    ["an address of two lines", { email: "ada@example.com\r\nBcc: eve@example.com" }, undefined],
    ["two addresses", { email: "ada@example.com, eve@example.com" }, undefined],
    ["an address that is not one", { email: "<script>" }, undefined],
  ])("is no way to another header: %s", async (_, damaged, shown) => {
    await world.table.write(update(raw(accountKeys.profile(ada.account)), { set: damaged }));
    await asSystem("mail", () => Mail.deliver({ kind: "invitation", ...job }));
    expect(world.sent).toHaveLength(1);
    expect(world.sent[0]?.replyTo).toEqual(shown && { address: ada.email, ...shown });
  });
});
