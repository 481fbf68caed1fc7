import { type FieldKey, isFieldKey, type ValueOf } from "@muster/settings/fields.ts";
import { type Emitter, type Events, emitter, type Handler, type Report } from "./events.ts";
import { diskFiles, type Files, removeUnfinished } from "./files.ts";
import { follower, type Outcome } from "./follower.ts";
import { removeAll } from "./held.ts";
import { decrypt, KeysDamaged, readIdentity, signingKeyOf } from "./identity.ts";
import { type KeyStore, keyStoreOf } from "./key-store.ts";
import { takeLock } from "./lock.ts";
import { remember } from "./memory.ts";
import { thisPlatform } from "./platform.ts";
import { membersOf, parse } from "./read.ts";
import { openReceipts } from "./receipts.ts";
import { openSession } from "./session.ts";
import { type Status, statusOf } from "./status.ts";
import { backOff, dayMs, hourMs, minuteMs, system as ownSystem, type System, secondMs, sleep } from "./system.ts";
import { explain, explainAll, isStrict, type Mode, modeNow, type Why } from "./values.ts";

export type Options = {
  /** Where the client keeps its files. One client per folder. */
  folder: string;
  /** The name and the version of the embedding client. The version is like "2.10.0". */
  app: string;
  appVersion: string;
  platform?: "macos" | "windows" | "linux" | "other";
  /** Where keys are kept. A file of mode 0600 in the folder, if it is left out. */
  keyStore?: KeyStore;
  /** Whether to stay in touch, so that a change arrives within seconds. Where the server offers only polls, within an hour. */
  isLive?: boolean;
  /** What replaces the network, the clock and so on, in tests. */
  system?: Partial<System>;
};

export type Secret = {
  id: string;
  kind: string;
  name: string;
  version: number;
  /** What the kind of secret consists of, such as an API key. */
  fields: Readonly<Record<string, unknown>>;
};

/** This device is not linked, or it was unlinked or wiped. */
export class NotLinked extends Error {
  override readonly name = "NotLinked";
}

export type Client = Awaited<ReturnType<typeof start>>;

export const notLinked = "This device is not linked to an organization.";
const maxBackOffMs = 10 * minuteMs;
/** The server may wait so long for a change. */
const waitSeconds = 25;
/** A server cannot make a device silent. */
const maxSpreadMs = 5 * minuteMs;
/** Receipts of the same moment travel together. */
const gatherMs = 300;

/**
 * Follows the settings of the organization until `stop`. What is on disk applies at once, without the network.
 * @throws NotLinked, or Locked if another process follows them in this folder
 */
export async function start(options: Options) {
  const system: System = { ...ownSystem, ...options.system };
  const files = diskFiles(options.folder);
  const stopping = new AbortController();
  const events = emitter();
  const lock = await takeLock(options.folder, system, () => {
    stopping.abort();
    const message = "Another process has taken the folder, and follows the settings now.";
    void events.emit("halt", { reason: "lock_lost", message });
  });
  try {
    await removeUnfinished(options.folder);
    return await run({ options, system, files, stopping, events, release: lock.release });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * Removes the document, secrets and keys of this device, and tells the server so if it can be reached. Its member revokes it
 * in the account.
 * @throws NotLinked, or Locked if a process follows the settings in this folder
 */
export async function unlink(options: Omit<Options, "isLive">): Promise<{ isReported: boolean }> {
  const system: System = { ...ownSystem, ...options.system };
  const { folder, app, appVersion, platform = thisPlatform() } = options;
  const files = diskFiles(folder);
  const keyStore = options.keyStore ?? keyStoreOf(files);
  const lock = await takeLock(folder, system, () => {});
  try {
    const identity = await readIdentity(keyStore).catch((error: unknown) => {
      if (error instanceof KeysDamaged) return "damaged" as const;
      throw error;
    });
    if (!identity) throw new NotLinked(notLinked);
    if (identity === "damaged") {
      await removeAll(files);
      await keyStore.remove();
      return { isReported: false };
    }
    const signer = { device: identity.device, organization: identity.organization.id, app, appVersion, platform };
    const receipts = await openReceipts(files, { ...signer, now: system.now, key: signingKeyOf(identity) });
    const memory = await remember(files, identity, system.now());
    const session = openSession(identity, keyStore, system);
    const forgetKeys = () => keyStore.remove();
    const parts = { files, session, receipts, events: emitter(), system, appVersion, forgetKeys };
    return await follower(memory, parts).leave();
  } finally {
    await lock.release();
  }
}

type Setting = {
  options: Options;
  system: System;
  files: Files;
  stopping: AbortController;
  events: Emitter;
  release: () => Promise<void>;
};

async function run({ options, system, files, stopping, events, release }: Setting) {
  const { app, appVersion, platform = thisPlatform(), keyStore = keyStoreOf(files), isLive = false } = options;
  const identity = await readIdentity(keyStore);
  if (!identity) throw new NotLinked(notLinked);
  const { device, organization } = identity;
  const session = openSession(identity, keyStore, system);
  const signer = { device, organization: organization.id, app, appVersion, platform, now: system.now };
  const receipts = await openReceipts(files, { ...signer, key: signingKeyOf(identity) });
  const memory = await remember(files, identity, system.now());
  const forgetKeys = () => keyStore.remove();
  const following = follower(memory, { files, session, receipts, events, system, appVersion, forgetKeys });

  let lastRequest: Status["lastRequest"];
  let isOver = false;
  let waiting: ((outcome: Outcome) => void)[] = [];
  let waking = new AbortController();
  let delivery = () => {};
  /** How often in a row receipts could not be sent. */
  let unsent = 0;
  let ageing = () => {};
  /** Until then others have their turn: receipts of some would delay the document of others. */
  let quietUntil = 0;
  let quieting = () => {};
  const quietMs = () => Math.max(0, Math.min(quietUntil - system.now(), maxSpreadMs));

  const mode = (): Mode => modeNow(memory, system.now());

  async function loop(): Promise<void> {
    // handlers are added after the start
    await sleep(0, system, stopping.signal);
    if (memory.isDamaged) await events.emit("error", { code: "damaged", message: "The copy on disk is damaged." });
    let failures = 0;
    for (let isFirst = true; !stopping.signal.aborted && !isOver; isFirst = false) {
      const asked = waiting;
      waiting = [];
      waking = new AbortController();
      const mayWait = isLive && !isFirst && asked.length === 0 && failures === 0;
      const signal = AbortSignal.any([stopping.signal, waking.signal]);
      const outcome = await following.attempt(mayWait ? waitSeconds : 0, mayWait ? signal : stopping.signal);
      if (waking.signal.aborted && outcome.kind === "failed") {
        waiting = [...asked, ...waiting];
        continue;
      }
      lastRequest = { at: new Date(system.now()).toISOString(), outcome: outcome.kind };
      isOver = outcome.kind === "wiped";
      failures = "pollMs" in outcome ? 0 : failures + 1;
      watchAge();
      for (const resolve of asked) resolve(outcome);
      if ("spreadMs" in outcome) beQuiet(outcome.spreadMs);
      if (!isOver) deliverIn(0);
      if (waiting.length === 0 && !isOver) await sleep(delayAfter(outcome, failures, mayWait), system, signal);
    }
    for (const resolve of waiting) resolve({ kind: isOver ? "wiped" : "failed" });
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

  async function deliver(): Promise<void> {
    const sent = await following.send(stopping.signal);
    if (stopping.signal.aborted || isOver) return;
    unsent = sent === "sent" ? 0 : unsent + 1;
    if (unsent > 0) deliverIn(backOff(unsent, system, maxBackOffMs));
    if (session.isNews(memory.held?.payload.revision)) waking.abort();
  }

  /** One quiet time after another would be silence: the next begins when this one is over, by whatever clock. */
  function beQuiet(spreadMs: number): void {
    if (spreadMs <= 0 || quietMs() > 0) return;
    const ms = Math.min(spreadMs, maxSpreadMs) * (0.25 + 0.75 * system.random());
    quietUntil = system.now() + ms;
    quieting = system.after(ms, () => {
      quietUntil = 0;
    });
  }

  /** Sends receipts later, and again until the server has them. */
  function deliverIn(ms: number): void {
    delivery();
    delivery = system.after(Math.max(ms, quietMs()), () => void deliver());
  }

  const report: Report = async (...said) => {
    const isSaid = await following.report(memory.held)(...said);
    if (isSaid) deliverIn(gatherMs);
    return isSaid;
  };

  await following.catchUp();
  watchAge();
  const looping = loop();

  return {
    /** Adds a handler. Returns what removes it. A handler of `change` and of `wipe` is waited for. */
    on: <K extends keyof Events>(name: K, handler: Handler<Events[K]>): (() => void) => events.on(name, handler),

    /** The value of a setting that applies now. A value that does not count is told by `why(key).isInForce`. */
    effective: <K extends FieldKey>(key: K): ValueOf<K> => explain(key, memory.held, mode()).value,

    /** The value, whether it counts, and which layer it comes from. Undefined: there is no such setting. */
    why: (key: string): Why | undefined =>
      isFieldKey(key) ? explain(key, memory.held, mode()) : explainAll(memory.held, mode())[key],

    /** Every setting by its key, also those that this version does not know. */
    all: (): Record<string, Why> => explainAll(memory.held, mode()),

    /** The secrets that this member may use. None while strict values apply. */
    secrets: (): Secret[] => {
      const { held } = memory;
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

    /** Asks the server now, and resolves when its answer applies or was refused. */
    refresh: (): Promise<Outcome> =>
      new Promise((resolve) => {
        if (stopping.signal.aborted || isOver) return resolve({ kind: isOver ? "wiped" : "failed" });
        waiting.push(resolve);
        waking.abort();
      }),

    status: (): Status =>
      statusOf(identity, memory, { now: system.now(), pendingReceipts: receipts.pending(), lastRequest }),

    /** Resolves when the client follows no longer: it was stopped, was wiped, or lost its folder to another process. */
    ended: looping,

    /** Stops, and gives the folder free. What was not sent is sent after the next start. */
    stop: async (): Promise<void> => {
      stopping.abort();
      delivery();
      ageing();
      quieting();
      await Promise.all([looping, following.send(stopping.signal)]);
      await release();
    },
  };
}
