import { gate, unguarded } from "@muster/local/testing/faults/broken.ts";
import { type FaultPlan, injectFaults } from "@muster/local/testing/faults/faults.ts";
import { around, isWrite } from "@muster/local/testing/faults/table-call.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import { openWorld, origin, type World } from "@muster/local/testing/worlds/world.ts";
import { describe, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import { accountKeys } from "../account/keys.ts";
import type { ID } from "../base/id.ts";
import { type Context, provide } from "../kernel/context.ts";
import { mailKeys } from "../mail/keys.ts";
import * as Limits from "../rate/limits.ts";
import * as Windows from "../rate/windows.ts";
import { keyOf, put, type Step, type Table, update } from "../table/table.ts";
import * as Code from "./code.ts";
import { sessionKeys } from "./keys.ts";
import type { SessionRow } from "./row.ts";
import * as Session from "./session.ts";

const email = "ada@example.com";
const address = addressOf(email);
type Answer = { flow: ID<"flow">; code: string };

let networks = 0;
/** Somebody who is not signed in, from a network of their own. */
function anybody<R>(run: () => R, more: Partial<Context["actor"] & object> = {}): R {
  const number = ++networks;
  const ip = `198.18.${number >> 8}.${number & 255}`;
  return provide({ actor: { type: "public", origin: { ...origin, ip, ...more } } }, run);
}

async function requestCode(browser?: string): Promise<Answer> {
  const { flow } = await anybody(
    () => Session.requestCode({ email }),
    browser === undefined ? {} : ({ browser } as object),
  );
  return { flow, code: Code.derive(flow, address) };
}
const open = (answer: Answer) => anybody(() => Session.signIn(answer));
const wrongCode = ({ code }: Answer) => (code.startsWith("2") ? "3" : "2") + code.slice(1);
const plan: FaultPlan = { conflicts: 0.3, lostAnswers: 0.3 };
const isOf = (step: Step, what: Step["do"], sk: string) => step.do === what && step.key.sk === sk;

async function deployment({ plan, table }: { plan?: FaultPlan; table?: (good: Table) => Table } = {}) {
  const world = await openWorld();
  const faults = injectFaults(world.rows.client, 5);
  let looks = 0;
  const counting: Table = {
    ...world.table,
    change: async (step) => {
      const row = await world.table.change(step);
      if (step.key.sk === "#flow") looks++;
      return row;
    },
  };
  world.rebind({ table: table ? table(counting) : counting });
  return {
    ...world,
    faults,
    /** Injects faults while it runs. */
    during: async <R>(run: () => Promise<R>): Promise<R> => {
      if (plan) faults.plan(plan);
      const result = await run();
      faults.clear();
      return result;
    },
    looks: () => looks,
    rowsOf: async (prefix: string) => (await world.rows.scan()).filter(({ sk }) => String(sk).startsWith(prefix)),
  };
}

describe("300 guesses at a code at once", () => {
  async function race(options: Parameters<typeof deployment>[0], guesses = 300) {
    const place = await deployment(options);
    const answer = await requestCode();
    const guess = { ...answer, code: wrongCode(answer) };
    const answers = await place.during(() => times(guesses, () => resultOf(open(guess))));
    expect(new Set(answers)).toEqual(new Set(["code.invalid"]));
    const { attempts } = (await place.table.get(sessionKeys.flow(answer.flow))) ?? {};
    return { looks: place.looks(), attempts, after: await resultOf(open(answer)) };
  }

  test("are checked five times, and then even the right one is refused", async () => {
    expect(await race({})).toEqual({ looks: 5, attempts: 5, after: "code.invalid" });
  });

  test("are checked at most five times when answers are lost", async () => {
    const { looks, ...rest } = await race({ plan }, 100);
    expect(looks).toBeLessThanOrEqual(5);
    expect(rest).toEqual({ attempts: 5, after: "code.invalid" });
  });

  test("would all be checked without the guard", async () => {
    const table = (good: Table) => unguarded(good, (step) => isOf(step, "update", "#flow"));
    expect(await race({ table }, 30)).toEqual({ looks: 30, attempts: 30, after: "done" });
  });
});

describe("20 uses of the right code at once", () => {
  async function race(options: Parameters<typeof deployment>[0]) {
    const place = await deployment(options);
    const answer = await requestCode();
    const answers = await place.during(() => times(20, () => resultOf(open(answer))));
    const done = answers.filter((one) => one === "done").length;
    expect(answers.filter((one) => one === "code.invalid")).toHaveLength(20 - done);
    return { done, sessions: (await place.rowsOf("ses_")).length, accounts: (await place.rowsOf("#profile")).length };
  }

  /** Keeps the flow until five requests have read it. */
  const togetherAt = (good: Table): Table => {
    const { pass, opened } = gate(5);
    return {
      ...good,
      change: (step) => good.change(step).finally(step.key.sk === "#flow" ? pass : undefined),
      write: async (...steps) => {
        if (steps.some((step) => isOf(step, "remove", "#flow"))) await opened;
        return good.write(...steps);
      },
    };
  };

  test("open one session", async () => {
    expect(await race({ table: togetherAt })).toEqual({ done: 1, sessions: 1, accounts: 1 });
  });

  test("open at most one when answers are lost, and the caller who was told so has it", async () => {
    const { done, sessions, accounts } = await race({ plan });
    expect(done).toBeLessThanOrEqual(1);
    expect([sessions, accounts]).toEqual([done, done]);
  });

  test("would open several without the guard", async () => {
    const table = (good: Table) => unguarded(togetherAt(good), (step) => isOf(step, "remove", "#flow"));
    expect((await race({ table })).sessions).toBe(5);
  });
});

test.each(["a new account", "a known one"])("a code opens %s whichever answer is lost on the way", async (who) => {
  for (let n = 1; n <= 6; n++) {
    const world = await openWorld();
    if (who === "a known one") await world.person(email);
    const answer = await requestCode();
    let writes = 0;
    around(world.rows.client, (next) => async (operation, input) => {
      const given = await next(operation, input);
      if (isWrite(operation) && ++writes === n) throw Object.assign(new Error("too late"), { name: "TimeoutError" });
      return given;
    });
    const opened = await open(answer);
    expect(opened.account.email, `answer ${n}`).toBe(email);
    expect(await resultOf(open(answer))).toBe("code.invalid");
  }
});

describe("a code that is read", () => {
  const block = mailKeys.suppression(address);
  const signInAfter = async (row: { bounced?: string; complained?: string }, mailedAt: string) => {
    const place = await deployment();
    await place.table.write(put(block, row));
    const answer = await requestCode();
    await place.table.write(update(sessionKeys.flow(answer.flow), { set: { sentAt: mailedAt } }));
    expect(await resultOf(open(answer))).toBe("done");
    const { bounced, complained } = (await place.table.get(block)) ?? {};
    return { bounced, complained };
  };

  test("ends the suppression of a bounce before it", async () => {
    const [bounced, complained] = ["2026-11-24T08:00:00.000Z", "2026-11-24T07:00:00.000Z"];
    const later = "2026-11-24T08:30:00.000Z";
    expect(await signInAfter({ bounced }, later)).toEqual({});
    expect(await signInAfter({ bounced, complained }, later)).toEqual({ complained });
  });

  test("proves nothing about a bounce after it", async () => {
    const bounced = "2026-11-24T08:00:00.000Z";
    expect(await signInAfter({ bounced }, bounced)).toEqual({ bounced });
  });

  test("leaves a bounce at that very moment", async () => {
    const [first, second] = ["2026-11-24T08:00:00.000Z", "2026-11-24T08:45:00.000Z"];
    const bounceAgain = (good: Table): Table => ({
      ...good,
      write: async (...steps) => {
        if (steps.some(({ key }) => key.sk === "#mail")) await good.write(update(block, { set: { bounced: second } }));
        return good.write(...steps);
      },
    });
    const place = await deployment({ table: bounceAgain });
    await place.table.write(put(block, { bounced: first }));
    const answer = await requestCode();
    await place.table.write(update(sessionKeys.flow(answer.flow), { set: { sentAt: second } }));
    expect(await resultOf(open(answer))).toBe("done");
    expect(await place.table.get(block)).toMatchObject({ bounced: second });
  });
});

describe("32 sign-ups of one address at once", () => {
  async function race(options: Parameters<typeof deployment>[0]) {
    const place = await deployment(options);
    const answers = await times(32, () => requestCode(Code.markBrowser(address)));
    const opened = await place.during(() => times(32, (n) => open(answers[n] as Answer).catch(() => undefined)));
    const accounts = new Set(opened.flatMap((one) => (one ? [one.account.id] : [])));
    const profiles = await place.rowsOf("#profile");
    return {
      accounts: accounts.size,
      profiles: profiles.length,
      sessions: (await place.rowsOf("ses_")).length,
    };
  }

  /** Delays every sign-up until all have seen that the address has no account. */
  const togetherAt = (good: Table): Table => {
    const { pass, opened } = gate(32);
    return {
      ...good,
      getMany: (keys, options) =>
        good.getMany(keys, options).finally(keys.some(({ sk }) => sk === "#account") ? pass : undefined),
      write: async (...steps) => {
        if (steps.some((step) => isOf(step, "put", "#account"))) await opened;
        return good.write(...steps);
      },
    };
  };

  test("create one account, and all are signed in to it", async () => {
    expect(await race({ table: togetherAt })).toMatchObject({ accounts: 1, profiles: 1, sessions: 32 });
  });

  test("create one account when answers are lost", async () => {
    expect(await race({ plan })).toMatchObject({ accounts: 1, profiles: 1 });
  });

  test("would create many without the guard of the claim", async () => {
    const table = (good: Table) => unguarded(togetherAt(good), (step) => isOf(step, "put", "#account"));
    expect((await race({ table })).profiles).toBe(32);
  });
});

test("a new account has the time zone of its first sign-in, if it is known, and keeps it", async () => {
  const world = await deployment();
  const zoneAfter = async (zone: string) => {
    const { account } = await anybody(async () => Session.signIn({ ...(await requestCode()), zone }));
    return (await world.table.get(accountKeys.profile(account.id)))?.zone;
  };
  expect(await zoneAfter("Asia/Tbilisi")).toBe("Asia/Tbilisi");
  expect(await zoneAfter("Europe/Berlin")).toBe("Asia/Tbilisi");
  const { flow } = await anybody(() => Session.requestCode({ email: "eve@example.com" }));
  const code = Code.derive(flow, addressOf("eve@example.com"));
  const { account } = await anybody(() => Session.signIn({ flow, code, zone: "Mars/Olympus" }));
  expect((await world.table.get(accountKeys.profile(account.id)))?.zone).toBe("UTC");
});

describe("a code", () => {
  test("is refused once it has expired, even if its row still exists", async () => {
    const { clock, table } = await deployment();
    const [early, late] = [await requestCode(), await requestCode()];
    clock.pass(599);
    expect(await resultOf(open(early))).toBe("done");
    clock.pass(1);
    expect(await resultOf(open(late))).toBe("code.invalid");
    expect(await table.get(sessionKeys.flow(late.flow))).toBeDefined();
  });

  test("for reauthentication opens no session, and one for sign-in does not reauthenticate", async () => {
    const world = await deployment();
    const ada = await world.person(email);
    const signIn = await requestCode();
    const reauthentication = (await world.as(ada, () => Session.requestReauthentication({}))) as { flow: ID<"flow"> };
    const code = Code.derive(reauthentication.flow, address);
    expect(await resultOf(open({ flow: reauthentication.flow, code }))).toBe("code.invalid");
    expect(await resultOf(world.as(ada, () => Session.reauthenticate(signIn)))).toBe("code.invalid");
    expect(await resultOf(world.as(ada, () => Session.reauthenticate({ flow: reauthentication.flow, code })))).toBe(
      "done",
    );
  });

  test("for reauthentication works only in the session that requested it", async () => {
    const world = await deployment();
    const [here, there] = [await world.person(email), await world.person(email)];
    const { flow } = await world.as(here, () => Session.requestReauthentication({}));
    const code = Code.derive(flow, address);
    expect(await resultOf(world.as(there, () => Session.reauthenticate({ flow, code })))).toBe("code.invalid");
  });

  test("reauthenticates its session for ten minutes", async () => {
    const world = await deployment();
    const ada = await world.person(email);
    world.clock.pass(3600);
    const { flow } = await world.as(ada, () => Session.requestReauthentication({}));
    const answer = await world.as(ada, () => Session.reauthenticate({ flow, code: Code.derive(flow, address) }));
    expect(answer).toEqual({
      authenticatedAt: "2026-11-24T10:00:00.000Z",
      reauthenticatedUntil: "2026-11-24T10:10:00.000Z",
    });
    const [session] = await world.rowsOf("ses_");
    expect(session).toMatchObject({ authenticatedAt: answer.authenticatedAt });
  });

  test("can be requested five times per quarter of an hour; a known browser has its own five", async () => {
    const world = await deployment();
    await times(5, () => requestCode());
    expect(await resultOf(requestCode())).toBe("rate.limited");
    expect(await resultOf(requestCode(Code.markBrowser(address)))).toBe("done");
    expect(await resultOf(requestCode(Code.markBrowser(addressOf("eve@example.com"))))).toBe("rate.limited");
    world.clock.pass(900);
    expect(await resultOf(requestCode())).toBe("done");
  });

  test("can be requested 20 times a day", async () => {
    const world = await deployment();
    for (let quarter = 0; quarter < 4; quarter++) {
      await times(5, () => requestCode());
      world.clock.pass(900);
    }
    expect(await resultOf(requestCode())).toBe("rate.limited");
  });

  test("can be requested 600 times an hour from one network, for any address, and 1,500 times from its neighbors", async () => {
    await deployment();
    const from = (ip: string, n: number) =>
      provide({ actor: { type: "public", origin: { ip, agent: "" } } }, () =>
        Session.requestCode({ email: `p${n}@example.com` }),
      );
    await anybody(() => Windows.takeMany(599, Limits.codesPerNetwork, "2001:db8:0:0::/64"));
    expect(await resultOf(from("2001:db8::1", 1))).toBe("done");
    expect(await resultOf(from("2001:db8::ffff:1", 99))).toBe("rate.limited");
    expect(await resultOf(from("2001:db8:0:1::1", 98))).toBe("done");
    // what the network was refused did not count for the address
    for (let n = 0; n < 6; n++) expect(await resultOf(from("2001:db8::1", 99))).toBe("rate.limited");
    expect(await resultOf(from("2001:db8:0:1::1", 99))).toBe("done");
    await anybody(() => Windows.takeMany(1497, Limits.codesPerWideNetwork, "2001:db8:0::/48"));
    expect(await resultOf(from("2001:db8:0:2::1", 97))).toBe("rate.limited");
    expect(await resultOf(from("2001:db8:1::1", 97))).toBe("done");
  });

  test("that is refused to an address counts for no network", async () => {
    await deployment();
    const ip = "192.0.2.7";
    const from = (n: number) =>
      provide({ actor: { type: "public", origin: { ip, agent: "" } } }, () =>
        Session.requestCode({ email: `p${n}@example.com` }),
      );
    await anybody(() => Windows.takeMany(590, Limits.codesPerNetwork, ip));
    for (let n = 0; n < 20; n++) await resultOf(from(1));
    for (let n = 2; n < 7; n++) expect(await resultOf(from(n))).toBe("done");
    expect(await resultOf(from(8))).toBe("rate.limited");
  });

  test("can be requested in a known browser whatever others in its network do", async () => {
    await deployment();
    const ip = "192.0.2.8";
    await anybody(() => Windows.takeMany(600, Limits.codesPerNetwork, ip));
    const from = (browser?: string) =>
      provide({ actor: { type: "public", origin: { ip, agent: "", browser } } }, () => Session.requestCode({ email }));
    expect(await resultOf(from())).toBe("rate.limited");
    expect(await resultOf(from(Code.markBrowser(address)))).toBe("done");
  });

  test("can be tried 1,500 times an hour from one network", async () => {
    await deployment();
    const from = (answer: Answer) =>
      provide({ actor: { type: "public", origin: { ip: "192.0.2.1", agent: "" } } }, () => Session.signIn(answer));
    await anybody(() => Windows.takeMany(1500, Limits.attemptsPerNetwork, "192.0.2.1"));
    const answer = await requestCode();
    expect(await resultOf(from(answer))).toBe("rate.limited");
  });
});

describe("sessions", () => {
  test("live for 7 days without use and 30 days at most", async () => {
    const world = await deployment();
    const ada = await world.person(email);
    const list = async () => (await world.as(ada, () => Session.list({}))).items;
    const row = async () => (await world.rowsOf("ses_"))[0] as SessionRow;
    world.clock.pass(7 * 86_400 - 1);
    expect(await list()).toHaveLength(1);
    world.clock.pass(1);
    expect(await list()).toHaveLength(0);
    expect(Session.isLive(await row())).toBe(false);
    for (let day = 7; day < 30; day++) {
      await Session.touch(await row());
      world.clock.pass(86_400);
    }
    expect(Session.isLive(await row())).toBe(false);
  });

  test("are written to at most hourly when used, and not at all once they have ended", async () => {
    const world = await deployment();
    await world.person(email);
    const row = (await world.rowsOf("ses_"))[0] as SessionRow;
    const key = keyOf(row);
    world.clock.pass(3599);
    await Session.touch(row);
    expect((await world.table.get(key))?.idleAt).toBe(row.idleAt);
    world.clock.pass(1);
    await Session.touch(row);
    expect((await world.table.get(key))?.idleAt).not.toBe(row.idleAt);
    await world.table.write({ do: "remove", key });
    world.clock.pass(3600);
    await Session.touch(row);
    expect(await world.table.get(key)).toBeUndefined();
  });

  test("can be ended one by one or all together, but nobody else's", async () => {
    const world = await deployment();
    const [ada, again, eve] = [
      await world.person(email),
      await world.person(email),
      await world.person("eve@example.com"),
    ];
    const other = again.context.actor.type === "account" ? again.context.actor.via.id : undefined;
    await world.as(ada, () => Session.end({ session: other }));
    expect(await resultOf(world.as(eve, () => Session.end({ session: other })))).toBe("session.missing");
    expect(await world.rowsOf("ses_")).toHaveLength(2);
    await world.as(ada, () => Session.endAll({}));
    expect((await world.rowsOf("ses_")).map(({ pk }) => pk)).toEqual([eve.account]);
  });

  test("are listed for their owner with the current one marked, without their tokens", async () => {
    const world = await deployment();
    const ada = await world.person(email);
    await world.person(email);
    const { items } = await world.as(ada, () => Session.list({}));
    expect(items).toHaveLength(2);
    expect(items.filter(({ current }) => current)).toHaveLength(1);
    expect(JSON.stringify(items)).not.toContain(ada.token);
  });

  test("reauthentication of a session that has just ended is refused", async () => {
    const world = await deployment();
    const ada = await world.person(email);
    const { flow } = await world.as(ada, () => Session.requestReauthentication({}));
    await world.as(ada, () => Session.end({}));
    const code = Code.derive(flow, address);
    expect(await resultOf(world.as(ada, () => Session.reauthenticate({ flow, code })))).toBe("session.missing");
    expect(await world.rowsOf("ses_")).toEqual([]);
  });
});

test("a wrapper that drops guards changes nothing else", async () => {
  const world: World = await openWorld();
  const table = unguarded(world.table, () => true);
  await table.write(update({ pk: "a", sk: "b" }, { set: { n: 1 } }));
  expect(await world.table.get({ pk: "a", sk: "b" })).toMatchObject({ n: 1 });
});
