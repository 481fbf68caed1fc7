import { hourMs, minuteMs } from "@muster/core/base/duration.ts";
import * as ID from "@muster/core/base/id.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import type { MailMessage, Queues } from "@muster/core/kernel/ports.ts";
import { MailPostponed } from "@muster/core/mail/error.ts";
import * as Mail from "@muster/core/mail/mail.ts";
import * as Mailing from "@muster/core/mail/mailing.ts";
import { Keys } from "@muster/core/table/keys.ts";
import { put } from "@muster/core/table/table.ts";
import { crashAt } from "@muster/local/testing/crashes/crash.ts";
import { sampled } from "@muster/local/testing/faults/sample.ts";
import { openImport, people } from "@muster/local/testing/fixtures/mailing.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { depth, seededRandom } from "@muster/local/testing/random.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { log } from "../log.ts";
import { stubEnvironment } from "../testing/environment.ts";
import { maxReceiveCount } from "./limits.ts";

// An hour in which the mail provider does not work, through the handlers that Lambda runs, in simulated time.

type Handler = (event: SQSEvent, context: { getRemainingTimeInMillis: () => number }) => Promise<SQSBatchResponse>;
/** What the provider does with a mail. */
type Weather = "up" | "down" | "dark" | "throttled" | "reset" | "lost";

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
/** How long emails of a kind have waited at most, by the log, in seconds. */
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

const bindAll = () => {
  const settings = { productName: "Muster", siteUrl: "https://muster.example", freeSeats: 3, mailsPerHour: 1_000_000 };
  const pause = async (ms: number) => world.clock.pass(ms / 1_000);
  world.rebind({ mail: provider.mail, queues: line.queues, pause, settings });
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

  async function send(letter: MailMessage): Promise<string> {
    attempts++;
    const weather = weatherAt(world.clock.at - began);
    if (weather === "down") throw new MailPostponed("It is down.", { lack: "provider", cause });
    if (weather === "throttled") throw new MailPostponed("It is too busy.", { lack: "rate", cause });
    if (weather === "reset") throw new Error("read ECONNRESET");
    accepted.push(letter);
    if (!losesReports) line.report(letter);
    if (weather === "lost") throw new Error("socket hang up");
    return `message-${accepted.length}`;
  }

  return {
    mail: { send, rate },
    attempts: () => attempts,
    turn: (weather: (ms: number) => Weather) => void (weatherAt = weather),
    loseReports: () => void (losesReports = true),
    /** How often each address got an email of a kind. */
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
  async function drain(isOver = () => false): Promise<void> {
    while (!isOver()) {
      const next = entries.reduce<Entry | undefined>(
        (first, one) => (first && first.at <= one.at ? first : one),
        undefined,
      );
      if (next === undefined) return;
      entries.splice(entries.indexOf(next), 1);
      world.clock.at = Math.max(world.clock.at, next.at);
      await take(next);
    }
  }

  return {
    queues,
    drain,
    report: (letter: MailMessage) => void entries.push({ report: letter, at: after(reportMs), received: 0 }),
    dead,
    at: (ms: number, body: object) => void entries.push({ queue: "mail", body, at: began + ms, received: 0 }),
  };
}

// What is sent

async function code(ms: number): Promise<string> {
  const email = `code-${ms}@example.com`;
  const flow = ID.create("flow");
  const expiresAt = new Date(began + ms + codeLifetimeMs).toISOString();
  await world.table.write(put(raw(Keys.flow(flow)), { email, address: ID.derive("address", email), expiresAt }));
  line.at(ms, { kind: "code", flow });
  return email;
}

async function notifications(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const notification = ID.derive("notification", String(n));
    const organization = ID.derive("organization", "acme");
    const row = { kind: "organization.created", organization, subject: "Acme", at: new Date(began).toISOString() };
    await world.table.write(put(raw(Keys.notification(ada.account, notification)), { ...row, mail: "queued" }));
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
  return { emails, numbers: other.numbers };
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
    provider.turn((ms) => (ms < hourMs ? weather() : "up"));
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
  provider.turn((ms) => (ms < hourMs ? "down" : "up"));
  await invitations(10);
  await line.drain();
  expect(provider.attempts() / 10).toBeLessThan(30);
  const before = provider.attempts();
  provider.turn((ms) => (ms < world.clock.at - began + 1 ? "down" : "up"));
  await code(world.clock.at - began);
  await line.drain();
  expect(provider.attempts() - before).toBeLessThan(30);
});

test.each(["down", "dark"] as const)(
  "the log tells how long the oldest of each kind has waited: %s",
  async (weather) => {
    provider.turn((ms) => (ms < 2 * hourMs ? weather : "up"));
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
  provider.turn((ms) => (ms < minuteMs ? "lost" : "up"));
  provider.loseReports();
  await notifications(3);
  await line.drain();
  expect(provider.arrived("notification")).toHaveLength(6);
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
      send: async (letter: MailMessage) => {
        if (crashing.hasCrashed()) throw new Error("The process has crashed.");
        return provider.mail.send(letter);
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
