import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTick, setTimeout as pause } from "node:timers/promises";
import { linkDevice } from "@muster/local/testing/fixtures/devices.ts";
import type { TestApi } from "@muster/local/testing/worlds/api.ts";
import { type Section, sectionOf, sections } from "@muster/settings/fields.ts";
import { type Client, start } from "./client.ts";
import type { Handlers, Report } from "./events.ts";
import { makeKeys, writeIdentity } from "./identity.ts";
import { fileKeyStore } from "./key-store.ts";
import { dayMs, minuteMs, type System, secondMs } from "./system.ts";

// Devices with the real client, on a bad network, with wrong clocks, that end at any moment; and the truth about each.

const origin = "https://muster.example";
const faults = [
  "none",
  "none",
  "none",
  "none",
  "cut off",
  "lost",
  "doubled",
  "replayed",
  "foreign",
  "truncated",
] as const;
const crashes = [
  "before the request",
  "after the answer",
  "before enforcing",
  "after enforcing",
  "at any time",
] as const;
const clocks = [0, 0, 0, 40 * secondMs, -5 * minuteMs, 3 * dayMs, -3 * dayMs, 400 * dayMs];

type Crash = (typeof crashes)[number];
type Values = Record<string, unknown>;
/** The true state of a device, whatever anybody was told: the values that it enforces, by section. */
type Truth = { enforced: Partial<Record<Section, string>>; refuses: Section | undefined; isWiped: boolean };
export type SimulatedDevice = Awaited<ReturnType<typeof openDevice>>;
type Owner = { account: `acc_${string}`; organization: `org_${string}` };
type Setting = { api: TestApi; folder: string; random: () => number; number: number; others: () => SimulatedDevice[] };

/** Links a device of a member, without anybody's approval. */
export async function openDevice({ api, folder, random, number, others }: Setting, owner: Owner) {
  const keys = makeKeys();
  const described = { signingKey: keys.signingKey.x, sealingKey: keys.sealingKey.x, name: `Device ${number}` };
  const { id, token } = await linkDevice(api.world, { ...owner, ...described });
  const pinned = (await api.call("GET", "/sync/keys")).body.keys as { kid: string; x: string }[];
  const pick = <T>(all: readonly T[]) => all[Math.floor(random() * all.length)] as T;
  const place = { life: 1 };
  const folderNow = () => join(folder, `${number}-${place.life}`);
  await writeIdentity(fileKeyStore(folderNow()), {
    server: origin,
    issuer: origin,
    device: id,
    account: owner.account,
    organization: { id: owner.organization, name: "Acme" },
    token,
    keys: pinned.map(({ kid, x }) => ({ kid, x })),
    ...keys,
  });

  const truth: Truth = { enforced: {}, refuses: number % 7 === 3 ? "sources" : undefined, isWiped: false };
  /** The server's real answers, for replays. */
  const answers: { text: string; headers: Headers }[] = [];
  const issued = new Set<string>();
  /**
   * The times at which a document came, by the device's clock: as the server has answered it, or an old one with its
   * old date.
   */
  const came = { genuine: new Set<number>(), old: new Set<number>() };
  let [floor, isBad, skewMs] = [0, true, 0];
  let crash: { kind: Crash; isOver: boolean } | undefined;
  let client: Client | undefined;

  /** The process ends here: what is on disk is all that the next one gets. */
  function end(): void {
    if (!crash || crash.isOver) return;
    crash.isOver = true;
    const before = folderNow();
    place.life += 1;
    cpSync(before, folderNow(), { recursive: true });
    rmSync(join(folderNow(), "lock"), { force: true });
  }

  function crashAt(kind: Crash): void {
    if (crash?.kind === kind) end();
  }

  async function ask(url: string, { method = "GET", headers, body }: RequestInit): Promise<Response> {
    const sent = { headers: Object.fromEntries(new Headers(headers)), ...(typeof body === "string" && { raw: body }) };
    const answer = await api.call(method, url.slice(`${origin}/api/v1`.length), sent);
    const own = new Headers(answer.headers);
    own.delete("content-encoding");
    own.set("date", new Date(api.world.clock.at).toUTCString());
    const isDocument = answer.status === 200 && /\/sync(\?|$)/.test(url);
    if (isDocument) {
      answers.push({ text: answer.text, headers: own });
      issued.add(documentIn(answer.text));
    }
    return new Response(answer.status === 304 ? null : answer.text, { status: answer.status, headers: own });
  }

  async function fetch(url: string, init: RequestInit): Promise<Response> {
    crashAt("before the request");
    if (crash?.isOver) throw new Error("This process has ended.");
    const fault = isBad ? pick(faults) : "none";
    if (fault === "cut off") throw new Error("There is no network.");
    const before = [...answers];
    const response = await ask(url, init);
    crashAt("after the answer");
    if (crash?.isOver || fault === "lost") throw new Error("The answer is lost.");
    const isDocument = response.status === 200 && /\/sync(\?|$)/.test(url);
    if (isDocument && (fault === "none" || fault === "doubled")) came.genuine.add(system.now());
    if (fault === "doubled") return ask(url, init);
    return !isDocument || fault === "none" ? response : spoiled(response, fault, before);
  }

  /** Returns a document cut off, or in its place an older one, or one of another device. */
  async function spoiled(
    response: Response,
    fault: (typeof faults)[number],
    before: typeof answers,
  ): Promise<Response> {
    if (fault === "truncated") {
      const text = await response.text();
      return new Response(text.slice(0, Math.floor(random() * text.length)), { headers: response.headers });
    }
    const other = fault === "foreign" ? pick(others().filter((one) => one.id !== id)) : undefined;
    const old = pick(other ? other.answers : before);
    came[old ? "old" : "genuine"].add(system.now());
    if (!old) return response;
    return new Response(old.text, { headers: old.headers });
  }

  const system: System = {
    fetch,
    random,
    now: () => api.world.clock.at + skewMs,
    after: (ms, run) => {
      if (ms > secondMs) return () => {};
      const soon = setImmediate(run);
      return () => clearImmediate(soon);
    },
  };

  const valuesOf = (of: Client, section: Section): string => {
    const own = Object.entries(of.all()).filter(([key]) => sectionOf(key as "features.telemetry") === section);
    const values: Values = Object.fromEntries(own.map(([key, { value }]) => [key, value]));
    return JSON.stringify(values);
  };

  async function enforce(of: Client, names: readonly Section[], report: Report): Promise<void> {
    for (const section of names) {
      crashAt("before enforcing");
      if (crash?.isOver) return;
      if (section === truth.refuses) delete truth.enforced[section];
      else truth.enforced[section] = valuesOf(of, section);
      crashAt("after enforcing");
      if (crash?.isOver) return;
      if (section === truth.refuses) await report(section, "refused", { code: "needs_restart", message: "Restart." });
      else await report(section, "enforced");
    }
  }

  async function open(): Promise<Client> {
    const options = { folder: folderNow(), app: "Example", appVersion: "1.0.0", platform: "linux" as const, system };
    const on: Handlers = {
      change: ({ sections: names, report }) => enforce(started, names, report),
      wipe: () => {
        if (!crash?.isOver) truth.isWiped = true;
      },
    };
    const started = await start({ ...options, on });
    const { document } = started.status();
    if (document !== undefined) {
      await enforce(started, sections, (section, state, more) => started.report(section, state, { ...more, document }));
    }
    return started;
  }

  /** Asks once, perhaps with a crash on the way. */
  async function sync(): Promise<void> {
    // a process that ended before it confirmed the wipe is started again, and confirms it
    if (truth.isWiped && client) return;
    if (isBad && random() < 0.2) skewMs = pick(clocks);
    crash = isBad && random() < 0.35 ? { kind: pick(crashes), isOver: false } : undefined;
    client ??= await open();
    // whenever that is: what is compared in the end holds for every moment
    if (crash?.kind === "at any time") setTimeout(end, random() * 20);
    await client.refresh();
    // its receipts are under way, or not yet
    if (isBad) await pause(random() * 4);
    else await untilReported(client);
    if (crash?.isOver) {
      await client.stop();
      client = undefined;
      return;
    }
    crash = undefined;
    compare(client);
  }

  /** @throws if the device has what it should not have */
  function compare(of: Client): void {
    const { revision = floor, document, takenAt = "" } = of.status();
    const at = Date.parse(takenAt);
    if (came.old.has(at) && !came.genuine.has(at)) throw new Error(`Device ${number} took what was true before.`);
    if (revision < floor) throw new Error(`Device ${number} went back from revision ${floor} to ${revision}.`);
    if (document !== undefined && !issued.has(document)) throw new Error(`Device ${number} has what nobody issued.`);
    floor = revision;
  }

  return {
    id,
    account: owner.account,
    answers,
    truth,
    sync,
    /** From now on nothing goes wrong. */
    heal: () => {
      [isBad, skewMs] = [false, 0];
    },
    mode: () => client?.status().mode ?? "wiped",
    values: (section: Section) => (client ? valuesOf(client, section) : undefined),
    close: async () => {
      await client?.stop();
    },
  };
}

/** Waits until the server has all receipts. */
async function untilReported(client: Client): Promise<void> {
  while (client.status().pendingReceipts > 0 && client.status().mode !== "wiped") {
    await nextTick();
    // in place of the timers that do not run here
    await client.refresh();
  }
}

/** The hash of a document by which receipts name it. A wipe has none. */
function documentIn(answer: string): string {
  const { document } = JSON.parse(answer) as { document: string };
  const payload = JSON.parse(Buffer.from(document.split(".")[1] ?? "", "base64url").toString()) as {
    document?: string;
  };
  return payload.document ?? "";
}
