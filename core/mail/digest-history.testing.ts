import { Crash } from "@muster/local/testing/faults/faults.ts";
import { memberPut, organizationPut } from "@muster/local/testing/fixtures/rows.ts";
import { openWorld } from "@muster/local/testing/worlds/world.ts";
import { accountKeys } from "../account/keys.ts";
import { minuteMs } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { MailPostponed, MailUnconfirmed } from "../kernel/mail-error.ts";
import type { MailMessage } from "../kernel/ports.ts";
import { memberKeys } from "../member/keys.ts";
import * as Digest from "../notification/digest.ts";
import { eightOf, nextEight } from "../notification/eight.ts";
import { notificationKeys } from "../notification/keys.ts";
import { collectedMs, digestLateMs } from "../notification/limits.ts";
import { notify } from "../notification/write.ts";
import { rateKeys } from "../rate/keys.ts";
import { put, remove, type Table } from "../table/table.ts";
import * as Mail from "./mail.ts";

// A deployment for histories of digests, and what must hold in each.

type CrashAt = { at: number; after: boolean };
type Crashes = { crash?: CrashAt | undefined };
export type Action =
  | ({ do: "tell"; reader: number } & Crashes)
  | { do: "pass"; ms: number }
  /** Lets time pass until just after the next eight o'clock of a reader, or of UTC. */
  | { do: "strikeEight"; reader: number }
  | { do: "utcEight" }
  | { do: "jump"; ms: number; back: boolean }
  /** Does these while the clock is wrong by so much, before it is right again. */
  | { do: "astray"; ms: number; back: boolean; all: readonly Action[] }
  | ({ do: "tick"; times: number } & Crashes)
  | ({ do: "mail"; twice: boolean } & Crashes)
  | { do: "read"; reader: number }
  | { do: "member"; reader: number; is: boolean }
  | { do: "zone"; reader: number; zone: number };

type Reader = { account: ID.ID<"account">; zone: string; isMember: boolean; readUntil: string };
type Told = {
  name: string;
  reader: Reader;
  id: ID.ID<"notification">;
  at: number;
  isRead: boolean;
  hasLeft: boolean;
  digests: string[];
};
type Broken = { table?: Table; isRaced?: boolean };
export type History = {
  table: Table;
  now: () => number;
  /** Returns what was wrong, and how many digests were sent. */
  run: (day: string, actions: readonly Action[], broken?: Broken) => Promise<{ wrong: string[]; digests: number }>;
};

const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Tokyo",
  "Australia/Lord_Howe",
  "Pacific/Kiritimati",
  "Pacific/Niue",
  "Asia/Kathmandu",
];

export async function openHistory(): Promise<History> {
  const world = await openWorld();
  const organization = ID.create("organization");
  await world.table.write(organizationPut(organization));
  /** Hours in which nothing is due need no query. */
  const partitions = new Set<string>();
  const table: Table = {
    ...world.table,
    query: (query) =>
      "pk" in query && query.pk.startsWith("digests#") && !partitions.has(query.pk)
        ? Promise.resolve({ items: [], next: undefined })
        : world.table.query(query),
    project: async (rows) => {
      for (const row of rows) if ("put" in row) partitions.add(row.put.pk);
      await world.table.project(rows);
    },
  };
  return { table, now: () => world.clock.at, run };

  async function run(day: string, actions: readonly Action[], { table: given = table, isRaced }: Broken = {}) {
    const { clock } = world;
    clock.at = Date.parse(`${day}T06:30:00.000Z`);
    // the clock goes back by months between two runs
    await world.table.write(
      put(kernelKeys.watermark("notification.due"), { at: new Date(clock.at).toISOString() }),
      remove(rateKeys.mailBudget("digests")),
    );
    const readers = [zones[0], zones[1]].map((zone) => ({
      account: ID.create("account"),
      zone: String(zone),
      isMember: true,
      readUntil: "",
    }));
    for (const one of readers) await store(one);
    const told: Told[] = [];
    const wrong: string[] = [];
    const sent = new Set<string>();
    /** Digests of which a crash leaves it unknown whether they were sent. */
    const lost = new Set<string>();
    const accepted: MailMessage[] = [];
    let mails: Mail.Job[] = [];
    let [calls, dies] = [0, undefined as CrashAt | undefined];

    const call = async <R>(act: () => Promise<R>): Promise<R> => {
      const crashes = ++calls === dies?.at;
      if (dies && (calls > dies.at || (crashes && !dies.after))) throw new Crash("The process crashed.");
      const answer = await act();
      if (crashes) throw new Crash("The process crashed.");
      return answer;
    };
    const ports = {
      table: {
        get: (...all) => given.get(...all),
        getMany: (...all) => given.getMany(...all),
        query: (...all) => given.query(...all),
        write: (...all) => call(() => given.write(...all)),
        change: (...all) => call(() => given.change(...all)),
        project: (...all) => call(() => given.project(...all)),
      } satisfies Table,
      mail: { rate: async () => 1000, send: (message: MailMessage) => call(async () => check(message)) },
      queues: { send: (queue: string, bodies: readonly object[]) => call(async () => queued(queue, bodies)) },
    };
    world.rebind(ports);
    try {
      for (const one of actions) await act(one);
      await finish();
    } finally {
      world.rebind();
    }
    return { wrong, digests: sent.size };

    function queued(queue: string, bodies: readonly object[]): void {
      if (queue === "mail") mails.push(...(bodies as Mail.Job[]));
    }

    function check(message: MailMessage): string {
      const { tags, text } = message;
      accepted.push(message);
      if (tags.kind !== "digest") return "message";
      const one = readers.find(({ account }) => account === tags.account) as Reader;
      const name = `${tags.account} ${tags.day}`;
      if (sent.has(name)) wrong.push(`The digest of ${tags.day} is sent twice.`);
      sent.add(name);
      const eight = eightOf(String(tags.day), one.zone) ?? Number.NaN;
      if (!(clock.at >= eight && clock.at < eight + digestLateMs)) {
        wrong.push(`The digest of ${tags.day} comes at ${new Date(clock.at).toISOString()}, not at eight.`);
      }
      const named = told.filter((it) => text.includes(`${it.name} joined`));
      if (named.length === 0) wrong.push("A digest tells nothing.");
      for (const it of named) {
        if (it.reader !== one) wrong.push(`${it.name} is told to somebody else.`);
        if (it.isRead) wrong.push(`${it.name} was read.`);
        if (it.digests.length > 0) wrong.push(`${it.name} is told twice.`);
        it.digests.push(name);
      }
      if (!one.isMember) wrong.push("A former member gets a digest.");
      return "message";
    }

    async function act(one: Action): Promise<void> {
      if (one.do === "pass") clock.at += one.ms;
      if (one.do === "jump") clock.at += one.back ? -one.ms : one.ms;
      if (one.do === "astray") await goAstray(one);
      if (one.do === "strikeEight") clock.at = nextEight(clock.at, (readers[one.reader] as Reader).zone).at + minuteMs;
      if (one.do === "utcEight") clock.at = nextEight(clock.at, "UTC").at;
      if (one.do === "tell") await tell(readers[one.reader] as Reader, one.crash);
      if (one.do === "tick") {
        for (let n = 0; n < one.times; n++) await attempt(() => Digest.due({}), "clock.digests", one.crash);
      }
      if (one.do === "mail") await mail(one.twice, one.crash);
      if (one.do === "read") await read(readers[one.reader] as Reader);
      if (one.do === "member") await change(readers[one.reader] as Reader, { isMember: one.is });
      if (one.do === "zone") await change(readers[one.reader] as Reader, { zone: String(zones[one.zone]) });
    }

    async function goAstray({ ms, back, all }: Extract<Action, { do: "astray" }>): Promise<void> {
      const by = back ? -ms : ms;
      clock.at += by;
      for (const inner of all) await act(inner);
      clock.at -= by;
    }

    /** Returns whether it was done, and not stopped by a crash. */
    async function attempt(act: () => Promise<unknown>, job: string, crash?: CrashAt): Promise<boolean> {
      [calls, dies] = [0, crash];
      try {
        await asSystem(job, act);
        return true;
      } catch (error) {
        if (error instanceof Crash || error instanceof MailPostponed || error instanceof MailUnconfirmed) return false;
        throw error;
      } finally {
        dies = undefined;
        await report();
      }
    }

    /** The provider says what it has accepted, also what its worker did not live to learn. */
    async function report(): Promise<void> {
      for (const { to, tags } of accepted.splice(0)) {
        await asSystem("events", () => Mail.record({ mailStatus: "sent", permanent: false, recipients: [to], tags }));
      }
    }

    async function tell(to: Reader, crash?: CrashAt): Promise<void> {
      const [id, at] = [ID.create("notification"), clock.at];
      const person = `Person${told.length}x`;
      told.push({ name: person, reader: to, id, at, isRead: false, hasLeft: !to.isMember, digests: [] });
      const row = { account: to.account, kind: "invitation.accepted", organization, subject: "Acme", person } as const;
      const job = () => notify(id, [{ ...row, at: new Date(at).toISOString() }]);
      // the queue delivers it again until it succeeds, and sometimes once more
      const isDone = await attempt(job, "work", crash && { ...crash, at: ((crash.at - 1) % 3) + 1 });
      if (!isDone || crash) await attempt(job, "work");
      const it = told.at(-1);
      if (it) it.isRead = await isReadNow(it);
    }

    async function mail(twice: boolean, crash?: CrashAt): Promise<void> {
      const jobs = mails;
      mails = [];
      const all = twice ? [...jobs, ...jobs] : jobs;
      if (isRaced) {
        await Promise.all(all.map((job) => attempt(() => Mail.deliver(job), "mail")));
        return;
      }
      for (const job of all) {
        const before = sent.size;
        const isDone = await attempt(() => Mail.deliver(job), "mail", crash);
        if (!isDone) mails.push(job);
        if (!isDone && sent.size === before && job.kind === "digest") await noteLost(job.account);
      }
    }

    /** Remembers the digests that were claimed and not sent: what they took is in the product only. */
    async function noteLost(account: ID.ID<"account">): Promise<void> {
      const { items } = await world.table.query({ pk: account, prefix: notificationKeys.digest(account, "").sk });
      for (const { sk, mail: status } of items) {
        const name = `${account} ${String(sk).slice("digest#".length)}`;
        if (status === "unconfirmed" && !sent.has(name)) lost.add(name);
      }
    }

    async function read(one: Reader): Promise<void> {
      const present = new Date(clock.at).toISOString();
      one.readUntil = present > one.readUntil ? present : one.readUntil;
      await world.table.write(put(notificationKeys.inbox(one.account), { readUntil: one.readUntil }));
      for (const it of told) if (it.reader === one) it.isRead = await isReadNow(it);
    }

    async function isReadNow({ reader, id }: Told): Promise<boolean> {
      const row = await world.table.get(notificationKeys.notification(reader.account, id));
      return String(row?.receivedAt) <= reader.readUntil;
    }

    async function change(one: Reader, { zone, isMember }: { zone?: string; isMember?: boolean }): Promise<void> {
      if (zone !== undefined) one.zone = zone;
      if (isMember !== undefined) one.isMember = isMember;
      for (const it of told) if (it.reader === one && isMember === false) it.hasLeft = true;
      await store(one);
      if (zone === undefined) return;
      const data = { zone: { from: "", to: zone } } as never;
      const event = { owner: one.account, at: new Date(clock.at).toISOString() } as never;
      await asSystem("work", () => Promise.all(Digest.reactions.map(({ run: react }) => react(data, event))));
    }

    /** Without faults, all that nobody has read is told at the next eight o'clocks. */
    async function finish(): Promise<void> {
      const end = clock.at;
      for (const one of readers) await change(one, { isMember: true });
      await attempt(() => Digest.due({}), "clock.digests");
      for (let n = 0; n < 3; n++) {
        for (const one of readers) {
          const { at } = nextEight(clock.at, one.zone);
          clock.at = at + minuteMs;
          await attempt(() => Digest.due({}), "clock.digests");
          await mail(false);
        }
      }
      for (const { name, at, isRead, hasLeft, digests, reader, id } of told) {
        const row = await world.table.get(notificationKeys.notification(reader.account, id));
        const isLost = lost.has(`${reader.account} ${String(row?.digest)}`);
        const isOld = at < end - collectedMs;
        if (digests.length === 0 && !isRead && !hasLeft && !isLost && !isOld) wrong.push(`${name} is never told.`);
      }
    }
  }

  async function store({ account, zone, isMember }: Reader): Promise<void> {
    const email = `${account.toLowerCase().replace("_", "-")}@example.com`;
    const person = {
      email,
      name: "Bob",
      color: "teal" as const,
      zone,
      locale: "en",
      createdAt: "2026-01-01T00:00:00.000Z",
    };
    const member = memberPut(organization, account, { role: "write", email, notify: { invitations: "digest" } });
    await world.table.write(
      put(accountKeys.profile(account), person),
      isMember ? member : remove(memberKeys.member(organization, account)),
    );
  }
}
