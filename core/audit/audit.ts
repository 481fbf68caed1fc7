import * as v from "valibot";
import { failure, isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { type EventRow, LoggedRow } from "../base/row.ts";
import { importKeys } from "../import/keys.ts";
import type { Ended } from "../invitation/shape.ts";
import { fn } from "../kernel/fn.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { instant, table } from "../kernel/ports.ts";
import { type Announcement, Owned } from "../kernel/reaction.ts";
import { pagesOf } from "../kernel/rows.ts";
import { read, readOnly } from "../kernel/stored.ts";
import { mailKeys } from "../mail/keys.ts";
import type { Owner } from "../table/key-text.ts";
import { ownerOf } from "../table/key-text.ts";
import { Ranks } from "../table/ranks.ts";
import {
  absent,
  equal,
  type Item,
  keyOf,
  lacks,
  present,
  put,
  remove,
  type Step,
  update,
  when,
} from "../table/table.ts";
import { teamKeys } from "../team/keys.ts";
import { existing, keysOf } from "../team/names.ts";
import { link } from "./chain.ts";
import { differs, figureSteps, type Totals, totalsAfter } from "./daily.ts";
import { capacityAfter, effects, importEffects, teamEffects } from "./effects.ts";
import { auditKeys } from "./keys.ts";
import { StatsRow } from "./row.ts";

/** A move takes two steps per event, up to three for each new day, and one for the head; a transaction holds 100. */
const eventsPerMove = 46;
const stepsPerMove = 100;
/**
 * A reader that overlaps another mover is refused twice at one position. If it happens more often, the log is broken.
 */
const refusalsAtOnePlace = 4;

// Shapes

type Head = Pick<StatsRow, "seq" | "hash" | "day" | "active" | "pending" | "capacity">;
const noHead: Head = { seq: 0, hash: "", day: "" };

/** The part of a logged event that its announcement takes. */
const Announced = v.object({ ...v.pick(LoggedRow, ["pk", "id", "type"]).entries, sk: v.pipe(v.string(), v.digits()) });

export type { Announcement } from "../kernel/reaction.ts";

// Failures

export const failures = {
  gone: failure("conflict", "outbox.gone", "This event is already in the log."),
  taken: failure("conflict", "log.taken", "This position in the log is taken."),
  moved: failure("conflict", "log.moved", "The log has grown."),
};

// Functions

/**
 * Moves an owner's outbox to the end of the log, with the chain and the displayed numbers, each batch in one
 * transaction: an event is moved once, or not yet. Any number of movers may run.
 */
export const follow = fn(
  "audit.follow",
  { input: v.strictObject({ owner: Owned }), output: v.object({ moved: v.number() }) },
  async ({ owner }) => {
    let refused = { at: -1, times: 0 };
    for (let moved = 0; ; ) {
      const outbox = { ...kernelKeys.outbox(owner), limit: eventsPerMove, consistent: true };
      const [head, { items, next }] = await Promise.all([table.get(auditKeys.stats(owner)), table.query(outbox)]);
      if (items.length === 0) return { moved };
      const [teams, imports] = await Promise.all([teamsNamedIn(owner, items), importsNamedIn(owner, items)]);
      const { steps, count } = move(owner, { head, outbox: items, teams, imports });
      try {
        await table.write(...steps);
        moved += count;
      } catch (error) {
        // another mover was faster: read again what is left
        if (!Object.values(failures).some((type) => isFailure(error, type))) throw error;
        const { seq } = headOf(head);
        refused = { at: seq, times: seq === refused.at ? refused.times + 1 : 1 };
        // threat: a broken log keeps a mover busy forever
        if (refused.times > refusalsAtOnePlace) throw error;
        continue;
      }
      if (!next && count === items.length) return { moved }; // later events announce themselves
    }
  },
);

// For reactions and commands

/** The announcement of a row that the stream brought out of a log; nothing for one that this release cannot read. */
export function announcement(row: Item): Announcement | undefined {
  const owner = ownerOf(String(row.pk));
  // threat: a row of a newer release in the log stops the stream
  const event = owner && read(Announced, row);
  return event && { owner, seq: Number(event.sk), event: event.id, type: event.type };
}

/** Checks a whole log, which may grow at the same time, and returns what is wrong with it, or nothing. */
export async function verify(owner: Owner): Promise<string[]> {
  const before = headOf(await table.get(auditKeys.stats(owner)));
  let [seq, hash] = [0, ""];
  let atHead = before.seq === 0 ? hash : undefined;
  for await (const items of pagesOf({ ...kernelKeys.log(owner), to: "9", consistent: true })) {
    for (const { pk: _, sk, stream: __, hash: kept, ...event } of items) {
      hash = link(hash, event);
      seq++;
      // threat: a log with a gap looks whole
      if (Number(sk) !== seq) return [`The event at ${seq} is missing.`];
      // threat: an altered log looks whole
      if (hash !== kept) return [`The event at ${seq} was altered.`];
      if (seq === before.seq) atHead = hash;
    }
  }
  // threat: a log that was cut looks whole
  if (atHead !== before.hash) return ["The end of the log is missing."];
  const after = headOf(await table.get(auditKeys.stats(owner)));
  // threat: a log that was written on past its head looks whole
  return seq > after.seq ? ["The log is longer than its head knows."] : [];
}

const headOf = (row: StatsRow | undefined): Head => (row ? readOnly(StatsRow, row) : noHead);

type Waiting = {
  head: StatsRow | undefined;
  outbox: EventRow[];
  /** Returns the existing ones of the teams that the outbox names. */
  teams: ReadonlySet<string>;
  /** The same for imports, each with when the table deletes it. */
  imports: ReadonlyMap<string, number | undefined>;
};

/** Changes by some events: to the displayed numbers, members of teams, and ends of invitations by their import. */
type Changes = {
  numbers: Readonly<Record<string, number>>;
  placed: readonly [team: string, by: number][];
  ended: ReturnType<typeof importEffects>;
};
type Sums = {
  numbers: Record<string, number>;
  members: Map<string, number>;
  endings: Map<string, { [E in Ended]?: number }>;
};

/** Returns how many rows would count something with these changes, too. */
function countersOf({ members, endings }: Sums, { placed, ended }: Changes): number {
  const teams = [...members.keys(), ...placed.map(([team]) => team)];
  return new Set([...teams, ...endings.keys(), ...ended.map((one) => one.import)]).size;
}

function addTo({ numbers: sum, members, endings }: Sums, { numbers, placed, ended }: Changes): void {
  for (const [name, by] of Object.entries(numbers)) sum[name] = (sum[name] ?? 0) + by;
  for (const [team, by] of placed) members.set(team, (members.get(team) ?? 0) + by);
  for (const { import: id, ended: state, by } of ended) {
    const known = endings.get(id) ?? {};
    endings.set(id, { ...known, [state]: (known[state] ?? 0) + by });
  }
}

/** Returns the steps that move the first events of an outbox, as many as one transaction holds. */
function move(owner: Owner, { head, outbox, teams, imports }: Waiting): { steps: Step[]; count: number } {
  const steps: Step[] = [];
  const sums: Sums = { numbers: {}, members: new Map(), endings: new Map() };
  const before = headOf(head);
  let { seq, hash, day } = before;
  let totals = totalsIn(before);
  const days = new Map<string, Totals>();
  for (const item of outbox) {
    const { pk: _, sk, stream: __, list: ___, rank: ____, ...body } = item;
    const date = body.at.slice(0, 10);
    const changes: Changes = {
      numbers: effects(item),
      placed: Object.entries(teamEffects(item)),
      // threat: an ended invitation is counted for an import that was deleted
      ended: importEffects(item).filter((one) => imports.has(one.import)),
    };
    const counts = countersOf(sums, changes);
    const after = totalsAfter(totals, changes.numbers, capacityAfter(item));
    // threat: a log that outgrows a transaction stops
    if (steps.length + counts + days.size + (date > day ? 5 : 3) >= stepsPerMove) {
      // threat: an event that fits into no write keeps a mover busy forever
      if (seq === before.seq) throw new Error(`The event ${sk} of ${owner} has more counters than one write changes.`);
      break;
    }
    const event = { id: sk, ...body };
    hash = link(hash, event);
    seq++;
    steps.push(
      // threat: events are logged twice
      remove(keyOf(item), when(present, failures.gone)),
      put(kernelKeys.logged(owner, seq), { stream: "log", ...event, hash }, when(absent, failures.taken)),
    );
    addTo(sums, changes);
    if (date > day) {
      // so that the last figures never expire, and are there if they were not kept at first
      // threat: the figures of an organization in which nothing changes expire
      if (day !== "" && monthOf(date) > monthOf(day)) days.set(day, totals);
      day = date;
      steps.push(put(auditKeys.day(owner, date), { seq, hash }, when(absent, failures.moved)));
    }
    if (differs(totals, after)) days.set(day, after);
    totals = after;
  }
  const unmoved = when(head ? equal("seq", before.seq) : lacks("seq"), failures.moved);
  // until it is known to be announced as well
  const listed = ID.is("account", owner) && {
    list: kernelKeys.accountsBehind,
    rank: Ranks.behind(outbox[0]?.at ?? instant(), owner),
  };
  const known = totals.capacity !== undefined && { capacity: totals.capacity };
  // threat: daily figures forget how many seats are paid when somebody joins
  const grown = update(
    auditKeys.stats(owner),
    { set: { seq, hash, day, ...known, ...listed }, add: sums.numbers },
    unmoved,
  );
  const counts = [...sums.members].map(([team, by]) => counted(owner, { team, by, isThere: teams.has(team) }));
  const more = [...sums.endings].map(([id, add]) => {
    const ttl = imports.get(id);
    return update(mailKeys.importMails(id as ID.ID<"import">), { add, ...(ttl !== undefined && { set: { ttl } }) });
  });
  return { steps: [...steps, ...counts, ...more, ...figureSteps(owner, days), grown], count: seq - before.seq };
}

const totalsIn = ({ active = 0, pending = 0, capacity }: Head): Totals => ({
  members: active,
  committed: active + pending,
  capacity,
});

const monthOf = (day: string) => day.slice(0, 7);

/** A team's member count exists as long as the team. The log records its deletion later than this read sees it. */
function counted(owner: Owner, { team, by, isThere }: { team: string; by: number; isThere: boolean }): Step {
  const key = teamKeys.teamCount(owner as ID.ID<"organization">, team as ID.ID<"team">);
  // threat: a deleted team is counted on
  return isThere ? update(key, { add: { members: by } }) : remove(key);
}

async function teamsNamedIn(owner: Owner, outbox: readonly EventRow[]): Promise<ReadonlySet<string>> {
  const named = outbox.flatMap((item) => Object.keys(teamEffects(item)));
  const teams = [...new Set(named)] as ID.ID<"team">[];
  if (teams.length === 0 || !ID.is("organization", owner)) return new Set();
  return new Set(existing(teams, await table.getMany(keysOf(owner, teams))));
}

async function importsNamedIn(owner: Owner, outbox: readonly EventRow[]): Promise<Waiting["imports"]> {
  const named = outbox.flatMap((item) => importEffects(item).map((one) => one.import as ID.ID<"import">));
  if (named.length === 0 || !ID.is("organization", owner)) return new Map();
  const rows = await table.getMany([...new Set(named)].map((id) => importKeys.import(owner, id)));
  return new Map(rows.flatMap((row) => (row ? [[row.sk, row.ttl] as const] : [])));
}
