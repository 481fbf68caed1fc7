import { unguarded } from "@muster/local/testing/faults/broken.ts";
import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { sampled } from "@muster/local/testing/faults/sample.ts";
import { drainBulk, type Import, openImport, people } from "@muster/local/testing/fixtures/mailing.ts";
import { depth, seededRandom } from "@muster/local/testing/random.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { openTimeline } from "@muster/local/testing/worlds/timeline.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import { invitationKeys } from "../invitation/keys.ts";
import { asSystem } from "../kernel/context.ts";
import { MailPostponed, MailRefused } from "../kernel/mail-error.ts";
import type { MailMessage, Ports, SendSlot } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import { rateKeys } from "../rate/keys.ts";
import { put, type Table, typed, update } from "../table/table.ts";
import * as Bulk from "./bulk.ts";
import { mailKeys } from "./keys.ts";
import * as Mail from "./mail.ts";
import * as Mailing from "./mailing.ts";
import * as Reputation from "./reputation.ts";

let world: World;
let acme: Import;

beforeEach(async () => {
  world = await openWorld();
  acme = await openImport(world);
});

const begin = async (emails: readonly string[], place = acme) => {
  const mailing = await place.step(emails);
  await asSystem("work", () => Mailing.begin(mailing, emails.length));
  return mailing;
};
const perform = (job: object) => asSystem("bulk", () => Bulk.perform(job as Bulk.Job), world.clock.at + 60_000);
const sendFrom = (mailing: Mailing.Named, from = 0) => perform({ job: "send", ...mailing, from });
const reportSeconds = 900;
const drain = () => drainBulk(world, perform);
const sending = (send: (message: MailMessage) => Promise<string>, more: Partial<Ports> = {}) =>
  world.rebind({ mail: { send, rate: async () => 100_000 }, ...more });
const addressees = () => world.sent.map(({ to }) => to).toSorted();
const record = (mailStatus: "delivered" | "bounced" | "complained", { to, tags }: MailMessage) =>
  asSystem("events", () => Mail.record({ mailStatus, permanent: mailStatus !== "delivered", recipients: [to], tags }));

describe("the mails of an import's event", () => {
  test("are queued by one message, and each is sent once", async () => {
    const emails = people(50);
    const mailing = await begin(emails);
    expect(world.queued.bulk).toEqual([{ job: "send", ...mailing, from: 0 }]);
    expect(await acme.numbers()).toEqual({ queued: 50 });
    await drain();
    expect(addressees()).toEqual(emails.toSorted());
    expect(await acme.numbers()).toEqual({ sent: 50 });
    await sendFrom(mailing);
    expect(world.sent).toHaveLength(50);
    expect(world.sent[0]?.tags).toMatchObject({ kind: "invitation", import: acme.id, seq: "1" });
  });

  test("exclude those of ended invitations, suppressed addresses, and deleted organizations", async () => {
    const [ended = "", blocked = "", expired = "", full = "", good = ""] = people(5);
    await begin([ended, blocked, expired, full, good]);
    const at = (email: string) => invitationKeys.addressIn(acme.organization, addressOf(email));
    await world.table.write(update(at(ended), { set: { state: "revoked" } }));
    await world.table.write(put(mailKeys.suppression(addressOf(blocked)), { complained: "2026-11-24T08:00:00.000Z" }));
    await world.table.write(update(at(expired), { set: { expiresAt: "2026-11-24T09:00:00.000Z" } }));
    await drain();
    expect(addressees()).toEqual([full, good].toSorted());
    expect(await acme.numbers()).toEqual({ ended: 2, suppressed: 1, sent: 2 });
    const other = await begin(people(2, "q"));
    await world.table.write(update(organizationKeys.organization(acme.organization), { set: { state: "deleted" } }));
    await sendFrom(other);
    expect(world.sent).toHaveLength(2);
  });

  test("all wait while the organization is suspended", async () => {
    const mailing = await begin(people(3));
    await world.table.write(update(organizationKeys.organization(acme.organization), { set: { state: "suspended" } }));
    const later: unknown[] = [];
    world.rebind({ queues: { send: async (...all) => void later.push(all) } });
    await sendFrom(mailing);
    expect(later).toEqual([["bulk", [{ job: "send", ...mailing, from: 0 }], 600]]);
    expect(world.sent).toEqual([]);
  });

  test("wait while the emails of the organization are paused, and are sent when they are resumed", async () => {
    const mailing = await begin(people(3));
    await world.table.write(
      update(organizationKeys.organization(acme.organization), {
        set: { mailPaused: { at: "2026-11-24T08:00:00.000Z", why: "bounced" } },
      }),
    );
    await drain();
    expect(world.sent).toEqual([]);
    expect(await acme.numbers()).toEqual({ queued: 3 });
    await asSystem("operator", () => Reputation.resume({ organization: acme.organization }));
    world.queued.bulk.push({ job: "requeue", organization: acme.organization, of: "imports" });
    await drain();
    expect(addressees()).toEqual(people(3));
    await sendFrom(mailing);
    expect(world.sent).toHaveLength(3);
  });

  test("with an unknown result hold up no others, and are sent again if the provider does not report them", async () => {
    const mailing = await begin(people(4));
    sending(async (message) => {
      if (message.to === "p-1@example.com") throw new Error("socket hang up");
      if (message.to === "p-2@example.com") throw new MailRefused("No.");
      return `${world.sent.push(message)}`;
    });
    await drain();
    expect(await acme.numbers()).toEqual({ sent: 2, unconfirmed: 1, failed: 1 });
    const held = { job: "send", ...mailing, from: expect.any(Number), since: "2026-11-24T09:00:00.000Z" };
    expect(world.queued.bulk).toEqual([held]);
    world.clock.pass(reportSeconds);
    await drain();
    expect(await acme.numbers()).toEqual({ sent: 2, unconfirmed: 1, failed: 1 });
    world.rebind();
    world.clock.pass(reportSeconds);
    await sendFrom(mailing);
    expect(await acme.numbers()).toEqual({ sent: 3, failed: 1 });
    await sendFrom(mailing);
    expect(addressees()).toEqual(["p-0@example.com", "p-1@example.com", "p-3@example.com"]);
  });

  test("that fail unexpectedly fail only the message", async () => {
    const mailing = await begin(people(4));
    const { table } = world;
    let inviters = 0;
    const get: Table["get"] = async (key) => {
      if (key.sk === "#profile" && ++inviters === 3) throw new Error("This is a bug.");
      return table.get(key);
    };
    world.queued.bulk.length = 0;
    world.rebind({ table: { ...table, get } });
    await expect(sendFrom(mailing)).rejects.toThrow("This is a bug.");
    expect(world.queued.bulk).toEqual([]);
    world.rebind();
    await sendFrom(mailing);
    expect(addressees()).toEqual(people(4));
  });

  test("are queued for an event that is not the import's: an error", async () => {
    const mailing = await begin(people(1));
    const other = await openImport(world, "umbrella");
    expect(await resultOf(sendFrom({ ...mailing, import: other.id }))).toContain("has no event");
    expect(await resultOf(sendFrom({ ...mailing, seq: 9 }))).toContain("has no event");
  });
});

describe("a worker", () => {
  test("processes one message for some seconds, and queues the rest again at once", async () => {
    const timeline = openTimeline(world);
    const mailing = await begin(people(40));
    const later: { body: object; seconds: number | undefined }[] = [];
    world.rebind({
      table: timeline.table,
      pause: timeline.pause,
      queues: { send: async (_, [body = {}], seconds) => void later.push({ body, seconds }) },
      mail: { send: async (message) => `${world.sent.push(message)}`, rate: async () => 5 },
    });
    const begun = world.clock.at;
    await timeline.run(() => sendFrom(mailing));
    expect((world.clock.at - begun) / 1000).toBeGreaterThan(3);
    expect((world.clock.at - begun) / 1000).toBeLessThan(7);
    expect(world.sent.length).toBeGreaterThan(15);
    expect(later).toEqual([{ body: { job: "send", ...mailing, from: world.sent.length }, seconds: 0 }]);
    expect(await acme.numbers()).toEqual({ sent: world.sent.length, queued: 40 - world.sent.length });
  });

  test("does not know the result of more than one mail at 14 a second, and of an eighth of a second's at more", async () => {
    const at = (email: string) => invitationKeys.addressIn(acme.organization, addressOf(email));
    const maxAt = async (perSecond: number, emails: readonly string[], sendMs: readonly number[]) => {
      const timeline = openTimeline(world, () => 12);
      const mailing = await begin(emails);
      let [most, begun] = [0, 0];
      const send = async (message: MailMessage, slot: SendSlot) => {
        await slot.come();
        const rows = await timeline.table.getMany(emails.map(at));
        most = Math.max(most, rows.filter((row) => row?.mail === "unconfirmed").length);
        await timeline.pause(sendMs[begun++ % sendMs.length] ?? 0);
        slot.gone();
        return `${world.sent.push(message)}`;
      };
      world.rebind({
        table: timeline.table,
        pause: timeline.pause,
        queues: { send: async () => {} },
        mail: { send, rate: async () => perSecond },
      });
      await timeline.run(() => sendFrom(mailing));
      world.rebind();
      return most;
    };
    expect(await maxAt(14, people(20, "a"), [100])).toBe(1);
    expect(await maxAt(80, people(36, "b"), [100])).toBe(10);
    expect(await maxAt(80, people(36, "c"), [100, 2_000]), "also when every other one is slow").toBe(10);
  });

  test("stops when the account's quota of 24 hours is used up except a reserve, and continues when there is room", async () => {
    const timeline = openTimeline(world);
    const provider = { perSecond: 4, perDay: 40, sentInDay: 20, at: 0 };
    let known = provider;
    const quota = async (oldestMs: number) => {
      const at = world.clock.at;
      if (at - known.at >= oldestMs) known = { ...provider, at };
      return known;
    };
    const mail = {
      send: async (message: MailMessage) => `${(provider.sentInDay++, world.sent.push(message))}`,
      rate: async () => 4,
    };
    const later: object[] = [];
    const queues: Ports["queues"] = {
      send: async (_, bodies, seconds) => void later.push(...bodies.map((body) => ({ ...body, seconds }))),
    };
    const mailing = await begin(people(24));
    world.rebind({ quota, queues, mail, pause: timeline.pause, table: timeline.table });
    const workUntil = async (isOver: () => boolean) => {
      for (let n = 0; n < 20 && !isOver(); n++) {
        const [job] = later.splice(0) as Mailing.Send[];
        await timeline.run(() => sendFrom(mailing, job?.from));
      }
    };
    await workUntil(() => later.some((job) => "seconds" in job && job.seconds === 600));
    expect(provider.sentInDay).toBeLessThanOrEqual(38);
    expect(provider.sentInDay).toBeGreaterThanOrEqual(30);
    expect(later).toEqual([expect.objectContaining({ job: "send", seconds: 600 })]);
    provider.sentInDay = 0;
    world.clock.pass(600);
    await workUntil(() => world.sent.length === 24);
    expect(addressees()).toEqual(people(24).toSorted());
  });

  test("that the provider stops for the day sends no more, and loses none", async () => {
    const mailing = await begin(people(30));
    const later: unknown[] = [];
    const queues = { send: async (...all: unknown[]) => void later.push(all) };
    sending(
      async (message) => {
        if (world.sent.length === 10) throw new MailPostponed("No more today.", { lack: "day", seconds: 600 });
        return `${world.sent.push(message)}`;
      },
      { queues },
    );
    await sendFrom(mailing);
    expect(later).toEqual([["bulk", [expect.objectContaining({ job: "send" })], 600]]);
    expect(await acme.numbers()).toEqual({ sent: 10, queued: 20 });
    world.rebind();
    await sendFrom(mailing);
    expect(addressees()).toEqual(people(30).toSorted());
  });

  test("that the provider slows down slows down all workers, and its mails wait", async () => {
    const mailing = await begin(people(2));
    sending(async () => {
      throw new MailPostponed("Slower.", { lack: "rate" });
    });
    world.queued.bulk.length = 0;
    const since = new Date(world.clock.at).toISOString();
    await sendFrom(mailing);
    const [held] = world.queued.bulk.splice(0);
    expect(held).toEqual({ job: "send", ...mailing, from: 0, since });
    expect(await acme.truth()).toEqual({ queued: 2 });
    world.clock.pass(60);
    expect(await perform(held ?? {})).toMatchObject({ waitingSeconds: 60, lack: "rate" });
    expect(world.queued.bulk).toEqual([held]);
    world.clock.pass(-60);
    expect(await world.table.get(rateKeys.slowness())).toMatchObject({ share: 0.5 });
  });
});

describe("the provider's events", () => {
  test("are counted once per minute, and show in the numbers", async () => {
    await begin(people(3));
    await drain();
    const [one, two, three] = world.sent as [MailMessage, MailMessage, MailMessage];
    await record("delivered", one);
    await record("delivered", one);
    await record("bounced", two);
    expect(world.queued.bulk).toEqual([{ job: "count", organization: acme.organization, import: acme.id, seq: 1 }]);
    await drain();
    expect(await acme.numbers()).toEqual({ delivered: 1, bounced: 1, sent: 1 });
    await record("complained", three);
    await drain();
    expect(await acme.numbers()).toEqual(await acme.truth());
  });

  test("are counted later if the first counter never ran", async () => {
    await begin(people(2));
    await drain();
    const [one, two] = world.sent as [MailMessage, MailMessage];
    await record("delivered", one);
    world.queued.bulk.length = 0;
    world.clock.pass(100);
    await record("delivered", two);
    expect(world.queued.bulk).toEqual([]);
    world.clock.pass(100);
    await record("delivered", two);
    await drain();
    expect(await acme.numbers()).toEqual({ delivered: 2 });
  });
});

const sorted = (counts: object) =>
  Object.entries(counts)
    .map(([mailStatus, count]) => `${mailStatus} ${count}`)
    .toSorted()
    .join();

/** Messages duplicated, in any order, concurrently, with events in between. Returns what is wrong in the end. */
async function storm(seed: number, alter: (table: Table) => Table = (table) => table): Promise<string[]> {
  const random = seededRandom(seed);
  const emails = people(24, `s${seed}`);
  const halves = [emails.slice(0, 12), emails.slice(12)];
  const mailings = [await begin(halves[0] ?? []), await begin(halves[1] ?? [])];
  await Promise.all(mailings.map((mailing) => asSystem("work", () => Mailing.begin(mailing, 12))));
  const messages: MailMessage[] = [];
  const send = async (message: MailMessage) => {
    if (random() < 0.2) throw new MailPostponed("Busy.");
    messages.push(message);
    if (random() < 0.2) throw new Error("socket hang up");
    if (random() < 0.5) await record(random() < 0.7 ? "delivered" : "bounced", message);
    return "id";
  };
  sending(send, { table: alter(world.table) });
  for (let round = 0; round < 12 && world.queued.bulk.length > 0; round++) {
    const jobs = world.queued.bulk.splice(0).flatMap((job) => (round < 3 ? [job, job] : [job]));
    await Promise.all(
      jobs.toSorted(() => random() - 0.5).map((job) => perform(job).catch(() => world.queued.bulk.push(job))),
    );
  }
  world.rebind();
  await drain();
  const addressed = messages.map(({ to }) => to);
  const [numbers, truth] = [sorted(await acme.numbers()), sorted(await acme.truth())];
  return [
    ...(new Set(addressed).size === addressed.length ? [] : ["somebody has two mails"]),
    ...(addressed.length + world.sent.length >= emails.length ? [] : ["somebody has no mail"]),
    ...(numbers === truth ? [] : [`the numbers are ${numbers} instead of ${truth}`]),
  ];
}

describe("duplicate messages, in any order and concurrently", () => {
  test.each(Array.from({ length: depth(1, 20) }, (_, n) => n + 1))(
    "send each mail at most once, and the numbers are those of the rows (%i)",
    async (seed) => {
      expect(await storm(seed)).toEqual([]);
    },
  );

  test("would send mails twice without the guard of the claim", async () => {
    const claimless = (table: Table) =>
      unguarded(table, (step) => step.do === "update" && step.change.set?.mail === "unconfirmed");
    expect(await storm(1, claimless)).toContain("somebody has two mails");
  });

  const countedWhileCounted = async (alter: (table: Table) => Table) => {
    const mailing = await begin(people(2));
    await drain();
    for (const message of world.sent) await record("delivered", message);
    const interleaving = openInterleaving(alter(world.table));
    world.rebind({ table: interleaving.table });
    const recount = () => Mailing.recount(mailing);
    await interleaving.overtake(recount, recount);
    world.rebind();
    return acme.numbers();
  };

  test("are counted once, and would be twice without the guard of the counter", async () => {
    expect(await countedWhileCounted((table) => table)).toEqual({ delivered: 2 });
    const careless = (table: Table) =>
      unguarded(table, (step) => step.do === "update" && step.change.set?.letters !== undefined);
    expect(await countedWhileCounted(careless)).not.toEqual({ delivered: 4 });
  });

  test("would count mailings twice without the guard of their beginning", async () => {
    const careless = (table: Table) => unguarded(table, (step) => step.do === "put" && step.item.letters !== undefined);
    const mailing = await acme.step(people(2));
    world.rebind({ table: careless(world.table) });
    for (let n = 0; n < 2; n++) await asSystem("work", () => Mailing.begin(mailing, 2));
    world.rebind();
    expect(await acme.numbers()).not.toEqual({ queued: 2 });
  });
});

describe("a worker that crashes", () => {
  class Death extends Error {}

  /** Ports that crash before or after their n-th call, and stay down until they are revived. */
  function crashing(at: number, moment: "before" | "after", { table = world.table, perSecond = 100_000 } = {}) {
    let [calls, isDead, hasCrashed] = [0, false, false];
    const call =
      <A extends unknown[], R>(run: (...all: A) => Promise<R>) =>
      async (...all: A): Promise<R> => {
        if (isDead) throw new Death("The process has crashed.");
        const dies = ++calls === at && !hasCrashed;
        if (dies) [isDead, hasCrashed] = [true, true];
        if (dies && moment === "before") throw new Death("The process crashed.");
        const answer = await run(...all);
        if (dies) throw new Death("The process crashed.");
        return answer;
      };
    const ports: Partial<Ports> = {
      table: typed({
        get: call((...all: Parameters<Table["get"]>) => table.get(...all)),
        getMany: call((...all: Parameters<Table["getMany"]>) => table.getMany(...all)),
        query: call((...all: Parameters<Table["query"]>) => table.query(...all)),
        write: call((...all: Parameters<Table["write"]>) => table.write(...all)),
        change: call((...all: Parameters<Table["change"]>) => table.change(...all)),
        project: call((...all: Parameters<Table["project"]>) => table.project(...all)),
      }),
      queues: { send: call(async (queue, bodies) => void world.queued[queue].push(...bodies)) },
      mail: { send: call(async (message) => `${world.sent.push(message)}`), rate: async () => perSecond },
    };
    const revive = () => {
      isDead = false;
    };
    return { ports, revive, hasCrashed: () => hasCrashed, calls: () => calls };
  }

  test.each(["before", "after"] as const)(
    "%s any of its calls loses no mail, sends none twice, and the numbers are right",
    async (moment) => {
      const wrong: string[] = [];
      const runs: ReturnType<typeof crashing>[] = [];
      async function run(at: number) {
        const place = await openImport(world, `${moment}-${at}`);
        const emails = people(2, `${moment}-${at}`);
        const mailing = await place.step(emails);
        const process = crashing(at, moment);
        runs.push(process);
        world.rebind(process.ports);
        world.sent.length = 0;
        // as the queue does: again after an error, and once more
        const again = async (run: () => Promise<unknown>) => {
          for (let [done, tries] = [0, 0]; done < 2 && tries < 6; tries++) {
            const isDone = await run().then(
              () => true,
              () => false,
            );
            if (isDone) done++;
            process.revive();
          }
        };
        await again(() => asSystem("work", () => Mailing.begin(mailing, 2)));
        for (const job of world.queued.bulk.splice(0)) await again(() => perform(job));
        for (const job of world.queued.bulk.splice(0)) await again(() => perform(job));
        world.queued.bulk.length = 0;
        world.rebind();
        const addressed = addressees();
        const { unconfirmed = 0, sent = 0 } = await place.truth();
        if (new Set(addressed).size !== addressed.length) wrong.push(`call ${at}: two mails`);
        if (sent + unconfirmed !== 2) wrong.push(`call ${at}: ${JSON.stringify(await place.truth())}`);
        const [numbers, truth] = [sorted(await place.numbers()), sorted(await place.truth())];
        if (numbers !== truth) wrong.push(`call ${at}: the numbers are ${numbers} instead of ${truth}`);
        return process.calls();
      }
      // without a crash
      const calls = await run(0);
      for (const at of sampled(Array.from({ length: calls }, (_, n) => n + 1))) await run(at);
      expect(wrong).toEqual([]);
      expect(calls).toBeGreaterThan(15);
      expect(runs.map(({ hasCrashed }) => hasCrashed())).toEqual(runs.map((_, n) => n > 0));
    },
  );

  test.each(["before", "after"] as const)(
    "%s any of these calls with mails on their way, at 14 a second, leaves at most one unconfirmed",
    async (moment) => {
      const found: { unconfirmed: number; sent: number }[] = [];
      const calls = sampled([6, 14, 22, 30, 38, 46, 54, 62, 70, 78]);
      for (const at of calls) {
        const place = await openImport(world, `${moment}-at-14-${at}`);
        const emails = people(12, `${moment}-${at}`);
        const mailing = await begin(emails, place);
        world.sent.length = 0;
        const timeline = openTimeline(world);
        const process = crashing(at, moment, { table: timeline.table, perSecond: 14 });
        world.rebind({ ...process.ports, pause: timeline.pause });
        const run = () => timeline.run(() => sendFrom(mailing));
        await expect(run()).rejects.toThrow(Death);
        const { unconfirmed = 0 } = await place.truth();
        process.revive();
        await run();
        const rest = world.queued.bulk.splice(0) as Mailing.Send[];
        for (const job of rest.filter(({ seq }) => seq === mailing.seq)) await timeline.run(() => perform(job));
        world.queued.bulk.length = 0;
        world.rebind();
        const { sent = 0, ...others } = await place.truth();
        expect(others).toEqual(unconfirmed > 0 ? { unconfirmed } : {});
        expect(new Set(addressees()).size).toBe(world.sent.length);
        found.push({ unconfirmed, sent });
      }
      expect(found).toHaveLength(calls.length);
      expect(found.filter(({ unconfirmed }) => unconfirmed > 1)).toEqual([]);
      expect(found.some(({ unconfirmed }) => unconfirmed === 1)).toBe(true);
      expect(found.filter(({ sent, unconfirmed }) => sent + unconfirmed !== 12)).toEqual([]);
    },
  );
});
