import { hourMs, minuteMs } from "@muster/core/base/duration.ts";
import * as ID from "@muster/core/base/id.ts";
import { invitationKeys } from "@muster/core/invitation/keys.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { MailPostponed, MailRefused } from "@muster/core/kernel/mail-error.ts";
import type { MailMessage, Ports, Queues } from "@muster/core/kernel/ports.ts";
import type * as Backlog from "@muster/core/mail/backlog.ts";
import { mailKeys } from "@muster/core/mail/keys.ts";
import * as Mail from "@muster/core/mail/mail.ts";
import * as Mailing from "@muster/core/mail/mailing.ts";
import { notificationKeys } from "@muster/core/notification/keys.ts";
import { update } from "@muster/core/table/table.ts";
import { crashAt } from "@muster/local/testing/crashes/crash.ts";
import { sampled } from "@muster/local/testing/faults/sample.ts";
import { openImport, people } from "@muster/local/testing/fixtures/mailing.ts";
import { flowPut, notificationPut } from "@muster/local/testing/fixtures/rows.ts";
import { depth, seededRandom } from "@muster/local/testing/random.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { log } from "../log.ts";
import { operate } from "../operator/operate.ts";
import { stubEnvironment } from "../testing/environment.ts";
import { maxReceiveCount } from "./limits.ts";

// An hour in which the mail provider does not work, through the handlers that Lambda runs, in simulated time.

type Handler = (event: SQSEvent, context: { getRemainingTimeInMillis: () => number }) => Promise<SQSBatchResponse>;
/** The provider's way to treat a mail. */
type Weather = "up" | "down" | "dark" | "throttled" | "reset" | "lost" | "refused";

const visibilityMs = 3 * minuteMs;
const codeLifetimeMs = 10 * minuteMs;
const reportMs = 2_000;

let handlers: { mail: Handler; bulk: Handler };
let world: World;
let ada: Person;
let provider: ReturnType<typeof openProvider>;
let line: ReturnType<typeof openLine>;
let began: number;

beforeAll(async () => {
  stubEnvironment({ MUSTER_MAIL_FROM: "muster@example.com" });
  const [mail, bulk] = await Promise.all([import("./mail.ts"), import("./bulk.ts")]);
  handlers = { mail: mail.handler, bulk: bulk.handler };
});

const warned = vi.spyOn(log, "warn").mockImplementation(() => {});
/** Returns how long emails of a kind have waited at most, by the log, in seconds. */
const oldest = (kind: string) => {
  const said = warned.mock.calls.map(([, more]) => more as unknown as { kind?: string; ageSeconds?: number });
  return Math.max(...said.map((one) => (one.kind === kind ? (one.ageSeconds ?? 0) : 0)));
};

beforeEach(async () => {
  warned.mockClear();
  world = await openWorld();
  ada = await world.person("ada@example.com");
  began = world.clock.at;
  provider = openProvider();
  line = openLine();
  bindAll();
});

const bindAll = (more: Partial<Ports> = {}) => {
  const settings = { productName: "Muster", siteUrl: "https://muster.example", freeSeats: 3, mailsPerHour: 1_000_000 };
  const pause = async (ms: number) => world.clock.pass(ms / 1_000);
  world.rebind({ mail: provider.mail, queues: line.queues, pause, settings, ...more });
};

/** A provider whose weather a test decides, and which reports what it has accepted. */
function openProvider() {
  const accepted: MailMessage[] = [];
  let attempts = 0;
  let weatherAt = (_: number): Weather => "up";
  let losesReports = false;
  const cause = new Error("The answer of the provider.");

  async function rate(): Promise<number> {
    if (weatherAt(world.clock.at - began) === "dark") throw new Error("The quota is unknown.");
    return 50;
  }

  async function send(message: MailMessage): Promise<string> {
    attempts++;
    const weather = weatherAt(world.clock.at - began);
    if (weather === "down") throw new MailPostponed("It is down.", { lack: "provider", cause });
    if (weather === "throttled") throw new MailPostponed("It is too busy.", { lack: "rate", cause });
    if (weather === "refused") throw new MailRefused("It accepts no such email.");
    if (weather === "reset") throw new Error("read ECONNRESET");
    accepted.push(message);
    if (!losesReports) line.report(message);
    if (weather === "lost") throw new Error("socket hang up");
    return `message-${accepted.length}`;
  }

  return {
    mail: { send, rate },
    attempts: () => attempts,
    setWeather: (weather: (ms: number) => Weather) => void (weatherAt = weather),
    loseReports: () => void (losesReports = true),
    /** Returns the addresses that got an email of a kind, each once for every email. */
    arrived: (kind: string) => accepted.filter(({ tags }) => tags["kind"] === kind).map(({ to }) => to),
  };
}

type Entry = { at: number; received: number } & ({ queue: "mail" | "bulk"; body: object } | { report: MailMessage });

/** Queues with delays, another delivery of what failed, and dead letters. */
function openLine() {
  const entries: Entry[] = [];
  const dead: object[] = [];
  const after = (ms: number) => world.clock.at + ms;

  const queues: Queues = {
    async send(name, bodies, delaySeconds = 0) {
      const queue = name === "bulk" ? "bulk" : "mail";
      for (const body of bodies) entries.push({ queue, body, at: after(1_000 * delaySeconds), received: 0 });
    },
  };

  async function take(entry: Entry): Promise<void> {
    if ("report" in entry) {
      const { to, tags } = entry.report;
      const record = () => Mail.record({ mailStatus: "sent", permanent: false, recipients: [to], tags });
      await asSystem("events", record).catch(() => entries.push({ ...entry, at: after(minuteMs) }));
      return;
    }
    const records = [{ messageId: "1", body: JSON.stringify(entry.body) }];
    const { batchItemFailures } = await handlers[entry.queue]({ Records: records } as SQSEvent, {
      getRemainingTimeInMillis: () => 30_000,
    });
    if (batchItemFailures.length === 0) return;
    const again = { ...entry, at: after(visibilityMs), received: entry.received + 1 };
    if (again.received < maxReceiveCount) entries.push(again);
    else dead.push(entry.body);
  }

  /** Processes everything, each at its time, as long as nothing is over. */
  async function drain(isOver: (nextAt: number) => boolean = () => false): Promise<void> {
    for (;;) {
      const next = entries.reduce<Entry | undefined>(
        (first, one) => (first && first.at <= one.at ? first : one),
        undefined,
      );
      if (next === undefined || isOver(next.at)) return;
      entries.splice(entries.indexOf(next), 1);
      world.clock.at = Math.max(world.clock.at, next.at);
      await take(next);
    }
  }

  return {
    queues,
    drain,
    report: (message: MailMessage) => void entries.push({ report: message, at: after(reportMs), received: 0 }),
    dead,
    at: (ms: number, body: object) => void entries.push({ queue: "mail", body, at: began + ms, received: 0 }),
  };
}

/** Processes everything until then. */
async function drainUntil(ms: number): Promise<void> {
  await line.drain((nextAt) => nextAt - began > ms);
  world.clock.at = Math.max(world.clock.at, began + ms);
}

// What is sent

async function code(ms: number): Promise<string> {
  const email = `code-${ms}@example.com`;
  const expiresAt = new Date(began + ms + codeLifetimeMs).toISOString();
  const { step, flow } = flowPut(email, { expiresAt });
  await world.table.write(step);
  line.at(ms, { kind: "code", flow });
  return email;
}

async function notifications(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const notification = ID.derive("notification", String(n));
    const organization = ID.derive("organization", "acme");
    await world.table.write(notificationPut(ada.account, notification, organization));
    line.at(n * 1_000, { kind: "notification", account: ada.account, notification });
  }
}

async function invitations(count: number): Promise<string[]> {
  const acme = await openImport(world);
  const emails = people(count, "single");
  await acme.step(emails);
  emails.forEach((email, n) => {
    line.at(n * 1_000, {
      kind: "invitation",
      organization: acme.organization,
      address: ID.derive("address", email),
      attempt: 1,
    });
  });
  return emails;
}

async function imported(count: number) {
  const other = await openImport(world, "other");
  const emails = people(count, "imported");
  for (let at = 0; at < emails.length; at += 97) {
    const some = emails.slice(at, at + 97);
    await asSystem("work", async () => Mailing.begin(await other.step(some), some.length));
  }
  const row = () => world.table.get(mailKeys.importMails(other.id));
  const mails = async () => Mailing.describe(await row(), { requested: count, isMore: false });
  return { emails, numbers: other.numbers, mails };
}

const counts = depth(
  { notifications: 3, single: 4, imported: 40 },
  { notifications: 50, single: 100, imported: 10_000 },
);

describe("an hour in which the provider", () => {
  const random = seededRandom(31);
  const half: Weather[] = ["up", "down", "throttled", "reset", "lost"];
  const weathers: Record<string, () => Weather> = {
    "answers 503": () => "down",
    "does not even say its rate": () => "dark",
    throttles: () => "throttled",
    "breaks connections": () => "reset",
    "takes emails without an answer": () => "lost",
    "does one thing or another": () => half[Math.floor(random() * half.length)] as Weather,
  };

  test.each(Object.entries(weathers))("%s costs no email, and none is sent twice", async (_, weather) => {
    provider.setWeather((ms) => (ms < hourMs ? weather() : "up"));
    await notifications(counts.notifications);
    const single = await invitations(counts.single);
    const { emails, numbers } = await imported(counts.imported);
    const late = await code(hourMs - codeLifetimeMs / 2);
    await line.drain();
    expect(provider.arrived("notification")).toHaveLength(counts.notifications);
    expect(provider.arrived("invitation").toSorted()).toEqual([...single, ...emails].toSorted());
    expect(await numbers()).toEqual({ sent: counts.imported });
    expect(provider.arrived("code")).toContain(late);
    expect(line.dead).toEqual([]);
  });
});

test("while the provider is down each email is tried ever more rarely, and a code every few seconds", async () => {
  provider.setWeather((ms) => (ms < hourMs ? "down" : "up"));
  await invitations(10);
  await line.drain();
  expect(provider.attempts() / 10).toBeLessThan(30);
  const before = provider.attempts();
  provider.setWeather((ms) => (ms < world.clock.at - began + 1 ? "down" : "up"));
  await code(world.clock.at - began);
  await line.drain();
  expect(provider.attempts() - before).toBeLessThan(30);
});

test.each(["down", "dark"] as const)(
  "the log tells how long the oldest of each kind has waited: %s",
  async (weather) => {
    provider.setWeather((ms) => (ms < 2 * hourMs ? weather : "up"));
    await notifications(1);
    await imported(1);
    await code(0);
    await line.drain();
    expect(oldest("notification")).toBeGreaterThan(3_600);
    expect(oldest("import")).toBeGreaterThan(3_600);
    expect(oldest("code")).toBeGreaterThan(120);
  },
);

test("an email that the provider took is sent a second time only if both its answer and its report are lost", async () => {
  provider.setWeather((ms) => (ms < minuteMs ? "lost" : "up"));
  provider.loseReports();
  await notifications(3);
  await line.drain();
  expect(provider.arrived("notification")).toHaveLength(6);
});

describe("the operator's command shows the emails that have not left:", () => {
  /** Returns what it prints, and its numbers by kind: how many emails, and for how many seconds the oldest. */
  async function emails() {
    let said = "";
    const terminal = { say: (text: string) => void (said += text), complain: () => {}, boot: () => {} };
    const run = async (...words: string[]) => {
      said = "";
      await operate(["emails", ...words], { ...terminal, secrets: () => expect.unreachable() });
      return said;
    };
    const text = await run();
    const { kinds, isComplete, refusals } = JSON.parse(await run("--json")) as Backlog.Info;
    expect(isComplete).toBe(true);
    const secondsOf = ({ since }: { since?: string | undefined }) =>
      Math.floor((world.clock.at - Date.parse(String(since))) / 1_000);
    const numbers = kinds.flatMap(({ kind, ...of }) =>
      (["queued", "unconfirmed", "failed"] as const).flatMap((status) =>
        of[status].count > 0 ? [[`${kind} ${status}`, [of[status].count, secondsOf(of[status])]] as const] : [],
      ),
    );
    return { text, numbers: Object.fromEntries(numbers), refusals };
  }
  const none = "No email waits for SES, is not confirmed, or has failed.\n";

  async function ofEachKind() {
    await notifications(3);
    await invitations(2);
    await imported(5);
    await code(hourMs - minuteMs);
  }

  test.each(["down", "dark"] as const)("waiting, by kind and age, while it is %s", async (weather) => {
    provider.setWeather((ms) => (ms < 2 * hourMs ? weather : "up"));
    await ofEachKind();
    expect((await emails()).text).toBe(none);
    await drainUntil(hourMs);
    const { text, numbers, refusals } = await emails();
    expect(numbers).toEqual({
      "code queued": [1, expect.closeTo(60, -2)],
      "invitation queued": [2, expect.closeTo(3_600, -2)],
      "notification queued": [3, expect.closeTo(3_600, -2)],
      "import queued": [5, expect.closeTo(3_600, -2)],
    });
    expect(text).toMatch(/^Notifications 3 waiting since 2026-11-24T09:00:\S+Z \((59|60) min\)$/m);
    expect(refusals).toEqual({ since: expect.any(String), at: expect.any(String) });
    await line.drain();
    expect((await emails()).text).toMatch(/^No email waits.*\nSES refused emails from \S+ to \S+ \(\d+ min ago\)\.\n$/);
    world.clock.pass(1_800);
    const over = await emails();
    expect([over.text, over.refusals]).toEqual([none, undefined]);
  });

  test("unknown, until the provider has reported them", async () => {
    provider.setWeather((ms) => (ms < minuteMs ? "reset" : "up"));
    await notifications(3);
    await imported(5);
    await drainUntil(10 * minuteMs);
    expect((await emails()).numbers).toEqual({
      "notification unconfirmed": [3, expect.closeTo(600, -2)],
      "import unconfirmed": [5, expect.closeTo(600, -2)],
    });
    await line.drain();
    expect((await emails()).text).toBe(none);
  });

  test("failed, for a week, and those that are requested again no more", async () => {
    provider.setWeather((ms) => (ms < minuteMs ? "refused" : "up"));
    await ofEachKind();
    await code(0);
    await line.drain();
    world.clock.at = Math.max(world.clock.at, began + 2 * hourMs);
    const failed = {
      "code failed": [1, expect.closeTo(7_200, -2)],
      "invitation failed": [2, expect.closeTo(7_200, -2)],
      "notification failed": [3, expect.closeTo(7_200, -2)],
      "import failed": [5, expect.closeTo(7_200, -2)],
    };
    const { numbers } = await emails();
    expect(numbers).toEqual(failed);
    const [email = ""] = people(1, "single");
    const again = { mail: "queued", sentAt: new Date(world.clock.at).toISOString() } as const;
    const key = invitationKeys.addressIn(ID.derive("organization", "acme"), ID.derive("address", email));
    await world.table.write(update(key, { set: again }));
    expect((await emails()).numbers).toEqual({ ...failed, "invitation failed": [1, expect.any(Number)] });
    world.clock.pass(8 * 86_400);
    expect((await emails()).text).toBe(none);
  });

  test("failed, if the provider accepts an email and rejects it afterwards", async () => {
    await notifications(1);
    await line.drain();
    const notification = ID.derive("notification", "0");
    const row = await world.table.get(notificationKeys.notification(ada.account, notification));
    const tags = { kind: "notification", account: ada.account, notification, delivery: String(row?.delivery) };
    const recipients = [ada.email];
    await asSystem("events", () => Mail.record({ mailStatus: "rejected", permanent: false, recipients, tags }));
    expect((await emails()).numbers).toEqual({ "notification failed": [1, 0] });
  });

  test("not those of invitations that have ended, nor those that are only booked", async () => {
    provider.setWeather(() => "down");
    await invitations(2);
    await drainUntil(hourMs);
    const [email = ""] = people(1, "single");
    const key = invitationKeys.addressIn(ID.derive("organization", "acme"), ID.derive("address", email));
    await world.table.write(update(key, { set: { state: "revoked" } }));
    expect(Object.keys((await emails()).numbers)).toEqual(["invitation queued"]);
    expect((await emails()).numbers["invitation queued"]?.[0]).toBe(1);
    world.clock.pass(31 * 86_400);
    expect((await emails()).text).toBe(none);
  });

  test("a note that cannot be written holds up no email", async () => {
    const { table } = world;
    provider.setWeather((ms) => (ms < hourMs ? "down" : "up"));
    const isNote = ({ key }: { key: { pk: string } }) => key.pk.startsWith("backlog#");
    const write: typeof table.write = async (...steps) => {
      if (steps.some(isNote)) throw new Error("The table is busy.");
      await table.write(...steps);
    };
    bindAll({ table: { ...table, write } });
    await notifications(2);
    await line.drain();
    expect(provider.arrived("notification")).toHaveLength(2);
    expect(line.dead).toEqual([]);
    expect(warned).toHaveBeenCalledWith("An email is missing in the backlog.", expect.anything());
  });
});

describe("an import says since when its emails", () => {
  const near = (ms: number) =>
    expect.toSatisfy((at: string) => Math.abs(Date.parse(at) - began - ms) < minuteMs, "about then");
  const without = ["waitsSince", "unconfirmedSince", "failedSince"];

  test("wait for the provider", async () => {
    provider.setWeather((ms) => (ms < hourMs ? "down" : "up"));
    const { mails } = await imported(5);
    expect(await mails()).not.toHaveProperty("waitsSince");
    await drainUntil(hourMs / 2);
    expect(await mails()).toMatchObject({ state: "sending", left: 5, waitsSince: near(0) });
    await line.drain();
    expect(await mails()).toMatchObject({ state: "done", sent: 5 });
    expect(Object.keys(await mails()).filter((name) => without.includes(name))).toEqual([]);
    expect(await world.table.get(mailKeys.importMails(ID.derive("import", "other")))).not.toHaveProperty("waitsSince");
  });

  test.each([
    ["are not confirmed", "reset", "unconfirmed"],
    ["have failed", "refused", "failed"],
  ] as const)("%s", async (_, weather, status) => {
    provider.setWeather((ms) => (ms < minuteMs ? weather : "up"));
    const { mails } = await imported(5);
    await drainUntil(10 * minuteMs);
    expect(await mails()).toMatchObject({ [status]: 5, [`${status}Since`]: near(0) });
    expect(Object.keys(await mails()).filter((name) => without.includes(name))).toEqual([`${status}Since`]);
    await line.drain();
    expect((await mails())[status]).toBe(status === "failed" ? 5 : 0);
    expect(Object.hasOwn(await mails(), "unconfirmedSince")).toBe(false);
  });
});

describe("a worker that is killed at any of its calls costs no email, and none is sent twice:", () => {
  const kinds: Record<string, () => Promise<unknown>> = {
    notification: () => notifications(1),
    invitation: () => invitations(1),
    import: () => imported(3),
  };

  test.each(Object.keys(kinds))("%s", async (kind) => {
    const count = kind === "import" ? 3 : 1;
    const tag = kind === "import" ? "invitation" : kind;
    for (const moment of ["before", "after"] as const) {
      const calls = await callsOf(kind, moment, Number.POSITIVE_INFINITY);
      for (const n of sampled(Array.from({ length: calls }, (_, i) => i + 1))) {
        await callsOf(kind, moment, n);
        expect(provider.arrived(tag), `${moment} call ${n}`).toHaveLength(count);
        expect(line.dead).toEqual([]);
      }
    }
  });

  /** Sends those of a kind with a worker that is killed at its n-th call; returns how many calls it made. */
  async function callsOf(kind: string, moment: "before" | "after", n: number): Promise<number> {
    world = await openWorld();
    ada = await world.person("ada@example.com");
    began = world.clock.at;
    provider = openProvider();
    line = openLine();
    bindAll();
    await kinds[kind]?.();
    const crashing = crashAt(world, n, moment);
    const send: Queues["send"] = async (queue, bodies, delaySeconds) => {
      const queued = world.queued[queue].length;
      try {
        await crashing.ports.queues?.send(queue, bodies);
      } finally {
        if (world.queued[queue].length > queued) await line.queues.send(queue, bodies, delaySeconds);
      }
    };
    const mail = {
      rate: provider.mail.rate,
      send: async (message: MailMessage) => {
        if (crashing.hasCrashed()) throw new Error("The process has crashed.");
        return provider.mail.send(message);
      },
    };
    const pause = async (ms: number) => world.clock.pass(ms / 1_000);
    world.rebind({ ...crashing.ports, queues: { send }, mail, pause });
    await line.drain(crashing.hasCrashed);
    bindAll();
    await line.drain();
    return crashing.calls();
  }
});
