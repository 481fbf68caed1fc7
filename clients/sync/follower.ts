import { randomBytes } from "node:crypto";
import { sections } from "@muster/settings/fields.ts";
import { wantsSignature } from "./age.ts";
import { endorsed, isClockWrong, take, timeAfter, Unusable } from "./answer.ts";
import { partNameOf } from "./document.ts";
import { type Emitter, messageOf, type Problem } from "./events.ts";
import type { Files } from "./files.ts";
import type { Held } from "./held.ts";
import * as Disk from "./held.ts";
import { type Answer, retryAfterMs, Unreachable } from "./http.ts";
import { floorOf, isBelow, type Memory } from "./memory.ts";
import { type Receipts, receiptOf } from "./receipts.ts";
import { Refusal, type RefusalCode } from "./refusal.ts";
import { reporting } from "./reporting.ts";
import { sender } from "./sender.ts";
import type { Session } from "./session.ts";
import { writeState } from "./state.ts";
import { dayMs, hourMs, minuteMs, type System, secondMs } from "./system.ts";
import { type Wiping, wiping } from "./wiping.ts";

/** The result of one request for the document. */
export type Outcome =
  | {
      kind: "changed" | "unchanged";
      pollMs: number;
      waitMs: number;
      spreadMs: number;
      tookMs: number;
      /** True if the server had a reason to answer at this moment. */
      isServed: boolean;
    }
  | { kind: "refused"; code: RefusalCode; retryAfterMs?: number | undefined }
  | { kind: "failed" | "halted"; retryAfterMs?: number | undefined }
  | Wiping;

const timeoutMs = 30 * secondMs;
/** An admin who lowers the minimum version does not wait for long. */
const maxTooOldMs = 5 * minuteMs;

/** Returns the duration that a header has in seconds, if it has one. */
function millisecondsIn(headers: Headers, name: string): number | undefined {
  const seconds = Number(headers.get(name) ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * secondMs : undefined;
}

export type Follower = ReturnType<typeof follower>;
export type Parts = {
  files: Files;
  session: Session;
  receipts: Receipts;
  events: Emitter;
  system: System;
  appVersion: string;
  forgetKeys: () => Promise<void>;
};

/** Takes documents in, one request at a time, and reports them. */
export function follower(memory: Memory, parts: Parts) {
  const { files, session, receipts, events, system, appVersion, forgetKeys } = parts;
  const own = Disk.partsOn(files);
  // threat: a device that refused an answer before a restart counts as refusing forever
  /** True if the next answer has to hold everything, because the last one was refused, perhaps before a restart. */
  let needsAll = receipts.last("device")?.state === "refused";
  /** True if something was missing in the last answer, which happens when settings change between two requests. */
  let wasIncomplete = false;
  let keysReadAt = Number.NEGATIVE_INFINITY;
  let halted: string | undefined;
  const { send } = sender(receipts, session, { timeoutMs, problem });
  const {
    catchUp,
    isBehind,
    toldNow: told,
    reporter,
    tolerate,
  } = reporting(memory, { receipts, events, system, problem });
  const parting = { files, receipts, events, system, problem, send, told, forgetKeys };
  const { begin, resume, leave } = wiping(memory, parting);

  /** @param waitSeconds for how long the server may wait for a change before it answers */
  async function attempt(waitSeconds: number, signal?: AbortSignal): Promise<Outcome> {
    if (memory.state.wipe) return resume(memory.state.wipe);
    const sentAt = system.now();
    try {
      const { path, headers, ...asked } = question(waitSeconds, sentAt);
      const answer = await session.call(path, { headers }, { timeoutMs: timeoutMs + waitSeconds * secondMs, signal });
      const outcome = await receive(answer, { ...asked, sentAt, signal, etag: headers["if-none-match"] });
      // threat: a device that trusted both keys never learns that one was replaced
      if ("pollMs" in outcome) await learnEnds(signal);
      return outcome;
    } catch (error) {
      if (signal?.aborted && error instanceof Unreachable) return { kind: "failed" };
      return failed(error);
    } finally {
      await noteTime();
    }
  }

  function question(waitSeconds: number, now: number) {
    const { held } = memory;
    const nonce = randomBytes(16).toString("base64url");
    const isDue = held === undefined || wantsSignature({ held, state: memory.state }, now);
    const query = new URLSearchParams({ nonce });
    if (waitSeconds > 0) query.set("wait", String(waitSeconds));
    const headers: Record<string, string> = {};
    if (held && !needsAll) {
      query.set("have", sections.map((section) => `${section}:${held.payload.sections[section].hash}`).join());
      query.set("secrets", held.list.map(({ id, version }) => `${id}:${version}`).join());
      // threat: unsigned answers keep a document in force forever
      if (held.etag && !isDue) headers["if-none-match"] = held.etag;
    }
    return { path: `/sync?${query.toString()}`, headers, nonce, isDue };
  }

  type Sent = {
    sentAt: number;
    signal: AbortSignal | undefined;
    etag: string | undefined;
    nonce: string;
    /** True if the document had to be signed again, changed or not. */
    isDue: boolean;
  };

  async function receive(answer: Answer, { sentAt, signal, nonce, isDue, etag }: Sent): Promise<Outcome> {
    const { status, headers, text } = answer;
    if (status !== 200 && !(status === 304 && etag !== undefined)) return refusedWith(answer);
    if (halted === "not_accepted") halted = undefined;
    const timing = { ...timingIn(headers), tookMs: system.now() - sentAt };
    if (status === 304) return { kind: (await catchUp()) ? "changed" : "unchanged", ...timing, isServed: false };

    const now = system.now();
    const { held } = memory;
    const taken = await withNewKeys(signal, () =>
      take(text, {
        identity: session.identity(),
        held,
        floor: memory.state.floor,
        nonce,
        appVersion,
        etag: headers.get("etag"),
        now,
        readPart: (name) => readPart(name, signal),
      }),
    );
    [needsAll, wasIncomplete] = [false, false];
    if (taken.kind === "wipe") return begin(taken.wipe);
    if (taken.kind === "too_old") return tooOld(taken.payload);
    halted = undefined;
    const { payload, etag: version } = taken.held;
    if (isClockWrong(payload, now)) await problem("clock_wrong", "The clock of this device differs from the server's.");
    await putInForce(taken.held);
    const isOther = payload.document !== held?.payload.document || (version !== undefined && version !== held.etag);
    // threat: a proxy that removes versions makes a device ask without end
    return { kind: (await catchUp()) ? "changed" : "unchanged", ...timing, isServed: isDue || isOther };
  }

  /** There is no document in the answer. */
  async function refusedWith({ status, headers }: Answer): Promise<Outcome> {
    if (status === 401 || status === 403) {
      await halt("not_accepted", "The server does not accept this device. It may have to be linked again.");
      return { kind: "halted", retryAfterMs: hourMs };
    }
    // an older server refuses what it does not know
    const why = status === 400 ? " It does not understand this client: update it, or the server." : "";
    await problem("unavailable", `The server answered ${status}.${why}`);
    return { kind: "failed", retryAfterMs: retryAfterMs(headers) };
  }

  /** Reads the key set if the key is not pinned, and pins keys that a pinned one has signed. */
  async function withNewKeys<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "unknown_key") throw error;
      if (!(await readKeys(signal))) throw error;
      return run();
    }
  }

  /** Returns whether there was anything new. */
  async function readKeys(signal: AbortSignal | undefined): Promise<boolean> {
    keysReadAt = system.now();
    const answer = await session.keySet({ timeoutMs, signal });
    const { keys } = session.identity();
    const now = timeAfter(memory.state.floor, keysReadAt);
    const more = answer.status === 200 ? await endorsed(answer.text, keys, now) : keys;
    const isNews = more.some((key) => !keys.includes(key));
    if (isNews) await session.pin(more);
    return isNews;
  }

  /** Of several keys that have no end, one may have been replaced: only the key set says so. */
  async function learnEnds(signal: AbortSignal | undefined): Promise<void> {
    const endless = session.identity().keys.filter(({ exp }) => exp === undefined);
    if (endless.length < 2 || system.now() - keysReadAt < dayMs) return;
    await readKeys(signal).catch((error: unknown) => {
      if (!(error instanceof Unreachable)) return problem("storage", messageOf(error));
    });
  }

  /** A part of a long list, from the disk if it is there. */
  async function readPart(name: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const mine = await own.read(name);
    if (mine !== undefined) return mine;
    const { status, text } = await session.call(`/sync/lists?name=${name}`, {}, { timeoutMs, signal });
    if (status === 404) return undefined;
    if (status !== 200) throw new Unreachable(`The server answered ${status} for a part of a list.`);
    if (partNameOf(text) === name) await own.write(name, text);
    return text;
  }

  async function putInForce(next: Held): Promise<void> {
    const { next: _, ...state } = memory.state;
    // a crash after the document is on disk would make it an older file that was put back
    if (isBelow(next, state.floor)) await tolerate(writeState(files, { ...state, next: floorOf(next) }));
    await Disk.save(files, next);
    memory.held = next;
    memory.isDamaged = false;
    memory.state = { ...state, floor: floorOf(next), seenAt: next.takenAt };
    await tolerate(writeState(files, memory.state));
    await tolerate(Disk.removeOtherParts(files, next));
    const isOver = receipts.last("device")?.state === "refused";
    if (isOver) await tolerate(receipts.add([receiptOf("device", "applied", next)]));
  }

  async function tooOld(payload: Held["payload"]): Promise<Outcome> {
    const { policy } = payload;
    const message = `This client is ${appVersion}. The organization wants ${policy.minimumVersion} or later.`;
    await receipts.add([{ ...receiptOf("device", "refused", { payload }), code: "version_too_old", message }]);
    await halt("version_too_old", message);
    return {
      kind: "refused",
      code: "version_too_old",
      retryAfterMs: Math.min(policy.pollSeconds * secondMs, maxTooOldMs),
    };
  }

  async function failed(error: unknown): Promise<Outcome> {
    if (error instanceof Refusal) {
      needsAll = true;
      await problem(error.code, error.message);
      const message = `${error.code}: ${error.message}`;
      // threat: settings that change between two requests count as refused
      const isRace = error.code === "incomplete" && !wasIncomplete;
      wasIncomplete = error.code === "incomplete";
      const about = error instanceof Unusable ? error : isRace ? undefined : memory.held;
      const refused = about && { ...receiptOf("device", "refused", about), code: "invalid_document" as const, message };
      if (refused) await tolerate(receipts.add([refused]));
      return { kind: "refused", code: error.code };
    }
    const code = error instanceof Unreachable ? "unreachable" : "storage";
    await problem(code, messageOf(error));
    return { kind: "failed" };
  }

  async function problem(code: Problem["code"], message: string): Promise<void> {
    events.say("error", { code, message });
  }

  /** Once, until it is over. */
  async function halt(reason: "version_too_old" | "not_accepted", message: string): Promise<void> {
    if (halted === reason) return;
    halted = reason;
    events.say("halt", { reason, message });
  }

  /** Turning the clock back does not make the document younger. */
  async function noteTime(): Promise<void> {
    const now = system.now();
    if (memory.state.wipe || now - memory.state.seenAt < hourMs) return;
    memory.state = { ...memory.state, seenAt: now };
    await tolerate(writeState(files, memory.state));
  }

  const timingIn = (headers: Headers) => ({
    pollMs: pollMsOf(headers),
    waitMs: millisecondsIn(headers, "muster-wait-seconds") ?? dayMs,
    spreadMs: millisecondsIn(headers, "muster-spread-seconds") ?? 0,
  });

  const pollMsOf = (headers: Headers) => {
    const policyMs = (memory.held?.payload.policy.pollSeconds ?? 60) * secondMs;
    return Math.min(dayMs, Math.max(secondMs, millisecondsIn(headers, "muster-poll-seconds") ?? policyMs));
  };

  return { attempt, send, report: reporter, catchUp, isBehind, leave };
}
