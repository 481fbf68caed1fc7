import { type FieldKey, type ValueOf } from "@muster/settings/fields.ts";
import {
  checkHandlers,
  type Emitter,
  type Events,
  emitter,
  type Handler,
  type Handlers,
  isInHandler,
  messageOf,
  type Report,
} from "./events.ts";
import { diskFiles, removeUnfinished } from "./files.ts";
import type { Outcome } from "./follower.ts";
import { partsFolder } from "./held.ts";
import { decrypt } from "./identity.ts";
import { takeLock } from "./lock.ts";
import { checkApp, openDevice, type Place } from "./open.ts";
import { membersOf, parse } from "./read.ts";
import { type Status, statusOf } from "./status.ts";
import { backOff, dayMs, hourMs, minuteMs, system as ownSystem, type System, secondMs, sleep } from "./system.ts";
import { explain, explainAll, isStrict, type Mode, modeNow, type Why } from "./values.ts";
import { whyOf } from "./why.ts";

export type Options = Place & {
  /** Your handlers. They are called after `start` has resolved. */
  on: Handlers;
  /**
   * True to stay in touch, so that a change arrives within seconds. A server that offers only polls takes up to an
   * hour.
   */
  isLive?: boolean | undefined;
};

export type Secret = {
  id: string;
  kind: string;
  name: string;
  version: number;
  /** The parts of a secret of this kind, such as those of an API key. */
  fields: Readonly<Record<string, unknown>>;
};

export type Client = Awaited<ReturnType<typeof start>>;

const maxBackOffMs = 10 * minuteMs;
/** The server may wait so long for a change. */
const waitSeconds = 25;
/** A server cannot make a device silent. */
const maxSpreadMs = 5 * minuteMs;
/** Receipts of the same moment travel together. */
const gatherMs = 300;

/**
 * Follows the settings of the organization until `stop`. What is on disk applies at once, without the network.
 * @throws NotLinked, KeysDamaged, or Locked if another process follows them in this folder
 */
export async function start(options: Options) {
  checkApp(options);
  checkHandlers(options.on);
  const system: System = { ...ownSystem, ...options.system };
  const stopping = new AbortController();
  const events = emitter(options.on, stopping.signal);
  const lock = await takeLock(options.folder, system, () => {
    stopping.abort();
    const message = "Another process has taken the folder, and follows the settings now.";
    events.say("halt", { reason: "lock_lost", message });
  });
  try {
    const cannotWrite = lock.problem ?? (await removeUnfinished(options.folder, partsFolder).catch((error) => error));
    if (cannotWrite) {
      const message = `The settings on disk apply and cannot be updated: ${messageOf(cannotWrite)}`;
      events.say("error", { code: "storage", message });
    }
    return await run({ options, system, stopping, events, release: lock.release });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

type Setting = {
  options: Options;
  system: System;
  stopping: AbortController;
  events: Emitter;
  release: () => Promise<void>;
};

async function run({ options, system, stopping, events, release }: Setting) {
  const { folder, isLive = false } = options;
  const device = await openDevice(options, diskFiles(folder), system, events);
  const { identity, session, receipts, memory, following } = device;

  let lastRequest: Status["lastRequest"];
  let isOver = false;
  let waiting: ((outcome: Outcome) => void)[] = [];
  let waking = new AbortController();
  let delivery = () => {};
  /** The number of times in a row that receipts could not be sent. */
  let unsent = 0;
  let ageing = () => {};
  /** The number of times in a row that a handler has failed to take in the last change. */
  let untold = 0;
  let telling = () => {};
  /** The end of a pause that lets others go first: receipts of some would delay the document of others. */
  let quietUntil = 0;
  let quieting = () => {};
  const quietMs = () => Math.max(0, Math.min(quietUntil - system.now(), maxSpreadMs));

  const mode = (): Mode => modeNow(memory, system.now());

  async function loop(): Promise<void> {
    // the embedding client has what `start` returns
    await sleep(0, system, stopping.signal);
    events.open();
    if (memory.isDamaged) events.say("error", { code: "damaged", message: "The copy on disk is damaged." });
    let failures = 0;
    for (let isFirst = true; !stopping.signal.aborted && !isOver; isFirst = false) {
      failures = await ask(isFirst, failures);
    }
    for (const resolve of waiting) resolve({ kind: isOver ? "wiped" : "failed" });
  }

  /** Asks once, and waits until it is time to ask again. Returns how often in a row that has failed. */
  async function ask(isFirst: boolean, failures: number): Promise<number> {
    const asked = waiting;
    waiting = [];
    waking = new AbortController();
    const mayWait = isLive && !isFirst && asked.length === 0 && failures === 0;
    const signal = AbortSignal.any([stopping.signal, waking.signal]);
    const outcome = await following.attempt(mayWait ? waitSeconds : 0, mayWait ? signal : stopping.signal);
    if (waking.signal.aborted && outcome.kind === "failed") {
      waiting = [...asked, ...waiting];
      return failures;
    }
    lastRequest = { at: new Date(system.now()).toISOString(), outcome: outcome.kind };
    isOver = outcome.kind === "wiped";
    watchAge();
    tellAgain();
    for (const resolve of asked) resolve(outcome);
    if ("spreadMs" in outcome) beQuiet(outcome.spreadMs);
    deliverIn(0);
    const failed = "pollMs" in outcome ? 0 : failures + 1;
    if (waiting.length === 0 && !isOver) await sleep(delayAfter(outcome, failed, mayWait), system, signal);
    return failed;
  }

  async function follow(): Promise<void> {
    try {
      await loop();
    } finally {
      await end();
    }
  }

  /** Leaves nothing behind that keeps the process or the folder. */
  async function end(): Promise<void> {
    stopping.abort();
    // threat: timers keep a process alive whose client has stopped
    for (const cancel of [delivery, ageing, quieting, telling]) cancel();
    await following.send(stopping.signal);
    await receipts.close();
    // threat: the folder of a wiped device stays locked
    await release();
  }

  function delayAfter(outcome: Outcome, failures: number, hasWaited: boolean): number {
    if (!("pollMs" in outcome)) {
      const wanted = "retryAfterMs" in outcome ? (outcome.retryAfterMs ?? 0) : 0;
      return Math.max(backOff(failures, system, maxBackOffMs), Math.min(wanted, dayMs));
    }
    // a server that does not wait is asked as often as it says
    const waited = Math.min(outcome.waitMs, waitSeconds * secondMs);
    const isServed = outcome.isServed || (waited > 0 && outcome.tookMs > waited / 2);
    // a question is a fourth of the work of receipts
    if (isLive && (!hasWaited || isServed)) return Math.max(gatherMs * system.random(), quietMs() / 4);
    return outcome.pollMs * (0.9 + 0.2 * system.random());
  }

  /** Says so when the document becomes too old, also without any request. */
  function watchAge(): void {
    ageing();
    const { held } = memory;
    const { maxOfflineDays = 0 } = held?.payload.policy ?? {};
    if (!held || maxOfflineDays === 0 || isOver) return;
    const endsInMs = held.takenAt + maxOfflineDays * dayMs - Math.max(system.now(), memory.state.seenAt) + 1;
    if (endsInMs < 0) return;
    ageing = system.after(Math.min(hourMs, endsInMs), () => {
      if (stopping.signal.aborted || isOver) return;
      void following.catchUp();
      watchAge();
    });
  }

  /** A handler that has failed is told again, later each time. */
  function tellAgain(): void {
    telling();
    // threat: a change that a handler has not taken in waits for the next answer
    untold = following.isBehind() ? untold + 1 : 0;
    if (untold === 0 || stopping.signal.aborted || isOver) return;
    telling = system.after(backOff(untold, system, maxBackOffMs), () => void following.catchUp().then(tellAgain));
  }

  async function deliver(): Promise<void> {
    const sent = await following.send(stopping.signal);
    if (stopping.signal.aborted || isOver) return;
    unsent = sent === "sent" ? 0 : unsent + 1;
    if (unsent > 0) deliverIn(backOff(unsent, system, maxBackOffMs));
    if (session.isNews(memory.held?.payload.revision)) waking.abort();
  }

  /** One quiet time after another would be silence: the next begins when this one is over, by whatever clock. */
  function beQuiet(spreadMs: number): void {
    // threat: a device says nothing as long as each answer wants it to wait
    if (spreadMs <= 0 || quietMs() > 0) return;
    // threat: a server makes a device silent for days
    const ms = Math.min(spreadMs, maxSpreadMs) * (0.25 + 0.75 * system.random());
    quietUntil = system.now() + ms;
    quieting = system.after(ms, () => {
      quietUntil = 0;
    });
  }

  /** Sends receipts later, and again until the server has them. */
  function deliverIn(ms: number): void {
    delivery();
    // threat: timers begin after the client has stopped
    if (stopping.signal.aborted || isOver) return;
    delivery = system.after(Math.max(ms, quietMs()), () => void deliver());
  }

  const report: Report = async (...said) => {
    const isSaid = await following.report(memory.held)(...said);
    if (isSaid) deliverIn(gatherMs);
    return isSaid;
  };

  await following.catchUp();
  watchAge();
  const ended = follow();

  return {
    /** Adds a handler for a part of your client that comes later, such as a window. Returns what removes it. */
    on: <K extends keyof Events>(name: K, handler: Handler<Events[K]>): (() => void) => events.on(name, handler),

    /** The value of a setting that applies now. A value that does not count is told by `why(key).isInForce`. */
    effective: <K extends FieldKey>(key: K): ValueOf<K> => explain(key, memory.held, mode()).value,

    /** The value, whether it counts, and which layer it comes from. Undefined: there is no such setting. */
    why: whyOf(() => ({ held: memory.held, mode: mode() })),

    /** Every setting by its key, also those that this version does not know. */
    all: (): Record<string, Why> => explainAll(memory.held, mode()),

    /** The secrets that this member may use. None while strict values apply. */
    secrets: (): Secret[] => {
      const { held } = memory;
      // threat: secrets can be used although strict values apply
      if (!held || isStrict(mode())) return [];
      return held.list.map(({ id, kind, name, version }) => {
        const text = decrypt(session.identity(), { id, version }, held.secrets[id] ?? "");
        return { id, kind, name, version, fields: membersOf(parse(text)) };
      });
    },

    /**
     * Reports that a section is enforced, or refused and why. Name the document of which you say so, or use the `report` of
     * a `change`: both say nothing, and return false, if the section is another one by now, or there is none.
     */
    report,

    /**
     * Asks the server now, and resolves when its answer applies or was refused.
     * @throws in a handler of `change` or `wipe`: the client waits for that handler before it asks again
     */
    refresh: (): Promise<Outcome> =>
      new Promise((resolve, reject) => {
        if (stopping.signal.aborted || isOver) return resolve({ kind: isOver ? "wiped" : "failed" });
        // threat: a handler that asks the server hangs the client
        if (isInHandler()) return reject(new Error("refresh() cannot be called in a handler of change or wipe."));
        waiting.push(resolve);
        waking.abort();
      }),

    status: (): Status =>
      statusOf(identity, memory, { now: system.now(), pendingReceipts: receipts.pending(), lastRequest }),

    /** Resolves when the client follows no longer, and the folder is free: it was stopped, was wiped, or lost its folder. */
    ended,

    /**
     * Stops, and gives the folder free. What was not sent is sent after the next start. A handler that has not ended by then
     * is not waited for, and can report nothing anymore.
     */
    stop: async (): Promise<void> => {
      stopping.abort();
      await ended;
    },
  };
}
