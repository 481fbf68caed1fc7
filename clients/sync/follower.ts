import { type Section, sections } from "@muster/settings/fields.ts";
import { endorsed, take, timeOf } from "./answer.ts";
import { partNameOf, type Wipe } from "./document.ts";
import type { emitter, Problem, Report } from "./events.ts";
import type { Files } from "./files.ts";
import type { Held } from "./held.ts";
import * as Disk from "./held.ts";
import { type Answer, retryAfterMs, Unreachable } from "./http.ts";
import type { Memory } from "./memory.ts";
import { type Receipt, type Receipts, removeReceipts } from "./receipts.ts";
import { Refusal, type RefusalCode } from "./refusal.ts";
import { sender } from "./sender.ts";
import type { Session } from "./session.ts";
import { removeState, type State, writeState } from "./state.ts";
import { dayMs, hourMs, type System, secondMs } from "./system.ts";
import { isStrict, modeNow } from "./values.ts";

/** What one request for the document led to. */
export type Outcome =
  | { kind: "changed" | "unchanged"; pollMs: number; tookMs: number }
  | { kind: "refused"; code: RefusalCode; retryAfterMs?: number | undefined }
  | { kind: "failed" | "halted"; retryAfterMs?: number | undefined }
  | { kind: "wiping" | "wiped" };

const timeoutMs = 30 * secondMs;
/** How long a wiped device tries to say so, if the server does not know it any longer. */
const maxGoodbyeMs = dayMs;

export type Follower = ReturnType<typeof follower>;
export type Parts = {
  files: Files;
  session: Session;
  receipts: Receipts;
  events: ReturnType<typeof emitter>;
  system: System;
  appVersion: string;
  platform: string;
  forgetKeys: () => Promise<void>;
};
/** Takes documents in, one request at a time, and reports them. */
export function follower(memory: Memory, parts: Parts) {
  const { files, session, receipts, events, system, appVersion, platform } = parts;
  const own = Disk.partsOn(files);
  /** Whether the next answer has to hold everything, because the last one did not fit what is here. */
  let needsAll = false;
  let halted: string | undefined;
  let telling: Promise<unknown> = Promise.resolve();
  const { send } = sender(receipts, session, { timeoutMs, problem });

  /** @param waitSeconds for how long the server may wait for a change before it answers */
  async function attempt(waitSeconds: number, signal?: AbortSignal): Promise<Outcome> {
    if (memory.state.wipe) return continueWipe(memory.state.wipe);
    const sentAt = system.now();
    try {
      const { path, headers } = question(waitSeconds, sentAt);
      const answer = await session.call(path, { headers }, { timeoutMs: timeoutMs + waitSeconds * secondMs, signal });
      return await receive(answer, { sentAt, signal, asked: headers["if-none-match"] });
    } catch (error) {
      if (signal?.aborted && error instanceof Unreachable) return { kind: "failed" };
      return failed(error);
    } finally {
      await noteTime();
    }
  }

  function question(waitSeconds: number, now: number) {
    const { held } = memory;
    const query = new URLSearchParams({ appVersion, platform });
    if (waitSeconds > 0) query.set("wait", String(waitSeconds));
    const headers: Record<string, string> = {};
    if (held && !needsAll) {
      query.set("have", sections.map((section) => `${section}:${held.payload.sections[section].hash}`).join());
      query.set("secrets", held.payload.secrets.map(({ id, version }) => `${id}:${version}`).join());
      // "unchanged" is not signed: once a day the server has to sign what is true
      if (held.etag && now < held.payload.exp * secondMs) headers["if-none-match"] = held.etag;
    }
    return { path: `/sync?${query.toString()}`, headers };
  }

  type Sent = { sentAt: number; signal: AbortSignal | undefined; asked: string | undefined };

  async function receive(answer: Answer, { sentAt, signal, asked }: Sent): Promise<Outcome> {
    const { status, headers, text } = answer;
    if (status === 401 || status === 403) {
      await halt("not_accepted", "The server does not accept this device. It may have to be linked again.");
      return { kind: "halted", retryAfterMs: hourMs };
    }
    if (status !== 200 && !(status === 304 && asked !== undefined)) {
      await problem("unavailable", `The server answered ${status}.`);
      return { kind: "failed", retryAfterMs: retryAfterMs(headers) };
    }
    if (halted === "not_accepted") halted = undefined;
    const timing = { pollMs: pollMsOf(headers), tookMs: system.now() - sentAt };
    if (status === 304) return { kind: (await catchUp()) ? "changed" : "unchanged", ...timing };

    const time = timeOf(system.now(), headers.get("date"));
    if (time.isClockWrong) await problem("clock_wrong", "The clock of this device differs from the server's.");
    const taken = await withNewKeys(signal, () =>
      take(text, {
        identity: session.identity(),
        held: memory.held,
        floor: memory.state.floor,
        time,
        appVersion,
        etag: headers.get("etag"),
        takenAt: system.now(),
        readPart: (name) => readPart(name, signal),
      }),
    );
    needsAll = false;
    if (taken.kind === "wipe") return beginWipe(taken.wipe);
    if (taken.kind === "too_old") return tooOld(taken.payload);
    halted = undefined;
    await putInForce(taken.held);
    return { kind: (await catchUp()) ? "changed" : "unchanged", ...timing };
  }

  /** Reads the key set if the key is not pinned, and pins keys that a pinned one has signed. */
  async function withNewKeys<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "unknown_key") throw error;
      const answer = await session.keySet({ timeoutMs, signal });
      const { keys } = session.identity();
      const more = answer.status === 200 ? await endorsed(answer.text, keys) : keys;
      if (more.length === keys.length) throw error;
      await session.pin(more);
      return run();
    }
  }

  /** A part of a long list, from the disk if it is there. */
  async function readPart(name: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const mine = await own.read(name);
    if (mine !== undefined) return mine;
    const { status, text } = await session.call(`/sync/parts/${name}`, {}, { timeoutMs, signal });
    if (status === 404) return undefined;
    if (status !== 200) throw new Unreachable(`The server answered ${status} for a part of a list.`);
    if (partNameOf(text) === name) await own.write(name, text);
    return text;
  }

  async function putInForce(next: Held): Promise<void> {
    await Disk.save(files, next);
    memory.held = next;
    memory.isDamaged = false;
    const { revision, iat, document } = next.payload;
    memory.state = { ...memory.state, floor: { revision, iat, document }, seenAt: system.now() };
    await tolerate(writeState(files, memory.state));
    await tolerate(Disk.removeOtherParts(files, next));
    if (receipts.last("device")?.state === "refused") await tolerate(say("device", "applied", next));
  }

  /** One after the other, so that nobody is told twice. */
  function catchUp(): Promise<boolean> {
    const result = telling.then(tellAndReport);
    telling = result.catch(() => undefined);
    return result;
  }

  /**
   * Tells the embedding client of the document, and reports it, as far as that has not happened: what interrupts it is made up
   * for the next time. Returns whether there was something to tell.
   */
  async function tellAndReport(): Promise<boolean> {
    const { held, told } = memory;
    if (!held || memory.state.wipe) return false;
    const { document } = held.payload;
    const isStrictNow = isStrict(modeNow(memory, system.now()));
    const isOther = isStrictNow !== memory.isToldStrict;
    const isNews = told?.payload.document !== document || isOther;
    const isSame = (section: Section) =>
      told !== undefined && told.payload.sections[section].hash === held.payload.sections[section].hash;
    const changed = sections.filter((section) => isOther || !isSame(section));
    const others = sections.filter((section) => !isSame(section));
    await tolerate(receipts.add([...others.map((section) => receiptOf(section, "fetched", held)), ...carried(isSame)]));
    memory.told = held;
    memory.isToldStrict = isStrictNow;
    if (isNews) await tell(changed, told, isOther);
    // the embedding client may have said more already
    const isUnsaid = (section: Section) => {
      const last = receipts.last(section);
      return last?.document !== document || last.state === "fetched";
    };
    await tolerate(receipts.add(sections.filter(isUnsaid).map((section) => receiptOf(section, "applied", held))));
    return isNews;
  }

  /** What was said of a section that is the same is true of it now. */
  function carried(isSame: (section: Section) => boolean): Receipt[] {
    const { held, told } = memory;
    if (!held) return [];
    return sections.filter(isSame).map((section) => {
      const last = receipts.last(section);
      const { state, code, message, key } =
        last !== undefined && last.document === told?.payload.document ? last : receiptOf(section, "applied", held);
      const why = { ...(code && { code }), ...(message && { message }), ...(key && { key }) };
      return { ...receiptOf(section, state, held), ...why };
    });
  }

  /** What is not on disk now is made up for later; what applies does not wait for it. */
  async function tolerate(writing: Promise<void>): Promise<void> {
    await writing.catch((error: unknown) => problem("storage", messageOf(error)));
  }

  async function tell(changed: readonly Section[], before: Held | undefined, isOther: boolean): Promise<void> {
    const { held } = memory;
    const secretsOf = (one: Held | undefined) =>
      (one?.payload.secrets ?? [])
        .map(({ id, version }) => `${id}:${version}`)
        .toSorted()
        .join();
    const failure = await events.emit("change", {
      revision: held?.payload.revision ?? 0,
      ...(held && !memory.isToldStrict && { document: held.payload.document }),
      sections: changed,
      hasOtherSecrets: isOther || secretsOf(before) !== secretsOf(held),
      report: reporter(held),
    });
    if (failure) await problem("handler_failed", messageOf(failure));
  }

  /** Reports about one document, as long as it is the one that applies. */
  const reporter =
    (about: Held | undefined): Report =>
    async (section, state, { document, ...more } = {}) => {
      const { held } = memory;
      if (document !== undefined && document !== held?.payload.document) return false;
      if (!held || held.payload.document !== about?.payload.document) return false;
      if (isStrict(modeNow(memory, system.now()))) return false;
      await receipts.add([{ ...receiptOf(section, state, held), ...more }]);
      return true;
    };

  async function tooOld({ document, revision, policy }: Held["payload"]): Promise<Outcome> {
    const message = `This client is ${appVersion}. The organization wants ${policy.minimumVersion} or later.`;
    await receipts.add([{ document, revision, section: "device", state: "refused", code: "version_too_old", message }]);
    await halt("version_too_old", message);
    return { kind: "refused", code: "version_too_old", retryAfterMs: policy.pollSeconds * secondMs };
  }

  async function failed(error: unknown): Promise<Outcome> {
    if (error instanceof Refusal) {
      needsAll = true;
      await problem(error.code, error.message);
      const { held } = memory;
      const message = `${error.code}: ${error.message}`;
      if (held) await say("device", "refused", held, { code: "invalid_document", message });
      return { kind: "refused", code: error.code };
    }
    const code = error instanceof Unreachable ? "unreachable" : "storage";
    await problem(code, messageOf(error));
    return { kind: "failed" };
  }

  const say = (section: string, state: Receipt["state"], about: Held, more: Partial<Receipt> = {}) =>
    receipts.add([{ ...receiptOf(section, state, about), ...more }]);

  async function problem(code: Problem["code"], message: string): Promise<void> {
    await events.emit("error", { code, message });
  }

  /** Once, until it is over. */
  async function halt(reason: "version_too_old" | "not_accepted", message: string): Promise<void> {
    if (halted === reason) return;
    halted = reason;
    await events.emit("halt", { reason, message });
  }

  /** Turning the clock back later does not make the document younger. */
  async function noteTime(): Promise<void> {
    const now = system.now();
    if (memory.state.wipe || now - memory.state.seenAt < hourMs) return;
    memory.state = { ...memory.state, seenAt: now };
    await tolerate(writeState(files, memory.state));
  }

  const pollMsOf = (headers: Headers) => {
    const seconds = Number(headers.get("muster-poll-seconds") ?? Number.NaN);
    const wanted = Number.isFinite(seconds) ? seconds : (memory.held?.payload.policy.pollSeconds ?? 60);
    return Math.min(dayMs, Math.max(secondMs, wanted * secondMs));
  };

  async function beginWipe(wipe: Wipe): Promise<Outcome> {
    const under = { ...wipe, since: system.now() };
    memory.state = { ...memory.state, wipe: under };
    await tolerate(writeState(files, memory.state));
    return continueWipe(under);
  }

  /** Removes all, and says so when it is true. The keys stay until the server knows. */
  async function continueWipe(wipe: NonNullable<State["wipe"]>): Promise<Outcome> {
    memory.held = undefined;
    try {
      await Disk.removeAll(files);
      if (receipts.last("device")?.state !== "wiped") {
        const failure = await events.emit("wipe", { reason: wipe.reason, at: wipe.at });
        if (failure) {
          await problem("handler_failed", messageOf(failure));
          return { kind: "wiping" };
        }
        const { document = "", revision = 0 } = memory.state.floor ?? {};
        await receipts.add([{ document, revision, section: "device", state: "wiped" }]);
      }
      const sent = await send();
      const isForgotten = sent === "not_accepted" && system.now() - wipe.since > maxGoodbyeMs;
      if (sent !== "sent" && !isForgotten) return { kind: "wiping" };
      await forget();
      return { kind: "wiped" };
    } catch (error) {
      await problem("storage", messageOf(error));
      return { kind: "wiping" };
    }
  }

  /** Removes all because somebody here wants it. Without an answer of the server the keys go too. */
  async function leave(): Promise<{ isReported: boolean }> {
    const outcome = await beginWipe({ reason: "unlinked", at: new Date(system.now()).toISOString() });
    if (outcome.kind !== "wiped") await forget();
    return { isReported: outcome.kind === "wiped" };
  }

  /** In this order: without keys, what is left says nothing. */
  async function forget(): Promise<void> {
    await parts.forgetKeys();
    await removeReceipts(files);
    await removeState(files);
  }

  return { attempt, send, report: reporter, catchUp, leave };
}

const receiptOf = (section: string, state: Receipt["state"], { payload }: Held): Receipt => ({
  document: payload.document,
  revision: payload.revision,
  section,
  state,
});
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
