import { createHash } from "node:crypto";
import type * as ID from "@muster/core/base/id.ts";
import { kernelKeys } from "@muster/core/kernel/keys.ts";
import { type Stripe as Port, StripeError } from "@muster/core/kernel/stripe-port.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import { type Key, put, update } from "@muster/core/table/table.ts";
import { changing, crashAt } from "@muster/local/testing/crashes/crash.ts";
import { type Faults, injectFaults } from "@muster/local/testing/faults/faults.ts";
import { type Sample, sample, sampleOfDevice } from "@muster/local/testing/fixtures/samples.ts";
import { billingOf } from "@muster/local/testing/fixtures/subscription.ts";
import { depth } from "@muster/local/testing/random.ts";
import { type Answer, openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { BillingWorld } from "@muster/local/testing/worlds/billing.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { log } from "../log.ts";
import { operations } from "./openapi.ts";

let api: TestApi;
let person: Person;
beforeAll(async () => {
  api = await openApi();
});

const named = (key: string) => ({ headers: { "idempotency-key": key } });
const create = (key: string, name = "Acme", by = person): Promise<Answer> =>
  api.call("POST", "/organizations", { token: by.token, json: { name }, ...named(key) });

async function howMany(by = person): Promise<number> {
  const { body } = await api.call("GET", "/organizations", { token: by.token });
  return (body.items as object[]).length;
}

describe("a request with an Idempotency-Key", () => {
  beforeAll(async () => {
    person = await api.stranger();
  });
  afterEach(() => api.world.rebind());

  test("is stored as something that only the pepper tells, which may be rotated in between", async () => {
    const pepper = "another pepper for tests only, with 32 characters or more";
    const by = await api.stranger();
    const send = (name: string) => create("peppered", name, by);
    const { text } = await send("Umbrella");
    const rows = (await api.world.rows.scan()).filter(({ sk }) => sk === kernelKeys.request(by.account, "peppered").sk);
    const body = JSON.stringify(["POST", "/api/v1/organizations", { name: "Umbrella" }]);
    const plain = ["base64url", "base64", "hex"].map((to) =>
      createHash("sha256")
        .update(body)
        .digest(to as "hex"),
    );
    expect(rows).toHaveLength(1);
    expect(plain).not.toContain(rows[0]?.fingerprint);
    const instants = { usedUntil: "2026-01-01T00:00:00.000Z", validUntil: "2030-01-01T00:00:00.000Z" };
    const old = "a pepper for tests only, with 32 characters or more";
    api.world.rebind({ pepper: () => ({ current: pepper, previous: { value: old, ...instants } }) });
    expect((await send("Umbrella")).text).toBe(text);
    expect((await send("Other")).body.code).toBe("request.key_reused");
    api.world.rebind({ pepper });
    expect((await send("Umbrella")).body.code).toBe("request.key_reused");
  });

  test("that is sent twice is answered the same and done once", async () => {
    const first = await create("twice");
    const second = await create("twice");
    expect(first.status).toBe(201);
    expect([second.status, second.text]).toEqual([first.status, first.text]);
    expect(await howMany()).toBe(1);
  });

  test("that is sent twenty times at once is answered the same and done once", async () => {
    const before = await howMany();
    const answers = await Promise.all(Array.from({ length: 20 }, () => create("at-once", "Crowd")));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
    expect(await howMany()).toBe(before + 1);
  });

  test("that has begun waits for its answer, but not longer than a process can work on it", async () => {
    const by = await api.stranger();
    const key = kernelKeys.request(by.account, "begun");
    const { text } = await create("begun", "Begun", by);
    const record = await api.world.table.get(key);
    if (!record) throw new Error("The answer was not stored.");
    const { answer, ...rest } = record;
    const waits: number[] = [];
    const begin = (answersAfter: number) => {
      waits.length = 0;
      const pause = async (ms: number) => {
        if (waits.push(ms) === answersAfter) await api.world.table.write(put(key, { ...rest, answer }));
      };
      api.world.rebind({ pause });
      return api.world.table.write(put(key, rest));
    };
    await begin(3);
    expect([(await create("begun", "Begun", by)).text, waits]).toEqual([text, [100, 200, 400]]);
    await begin(9);
    expect([(await create("begun", "Begun", by)).status, waits.length]).toEqual([201, 5]);
    await begin(9);
    api.world.clock.pass(31);
    expect([(await create("begun", "Begun", by)).status, waits]).toEqual([201, []]);
  });

  test("is the same request if only the white space of a field differs", async () => {
    const first = await create("spaces", "Spaces");
    expect((await create("spaces", "  Spaces ")).text).toBe(first.text);
  });

  test("cannot use the key of another one", async () => {
    const before = await howMany();
    await create("reused", "One");
    const other = await create("reused", "Two");
    expect(other).toMatchObject({ status: 409, body: { code: "request.key_reused" } });
    expect(await howMany()).toBe(before + 1);
  });

  test("does not use up its key when it is refused", async () => {
    const refused = await create("refused", "");
    expect(refused).toMatchObject({ status: 400, body: { code: "input.invalid" } });
    expect((await create("refused", "Right this time")).status).toBe(201);
  });

  test("is independent of somebody else's request with the same key", async () => {
    const other = await api.stranger();
    const [mine, theirs] = await Promise.all([create("shared"), create("shared", "Acme", other)]);
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(mine.body.id).not.toBe(theirs.body.id);
    expect(await howMany(other)).toBe(1);
  });

  test("can use its key again after a day, even if the table still has the answer", async () => {
    const before = await howMany();
    expect((await create("tomorrow", "Today")).status).toBe(201);
    api.world.clock.pass(86_400);
    expect((await create("tomorrow", "Tomorrow")).status).toBe(201);
    expect(await howMany()).toBe(before + 2);
  });

  test("is answered the same after the session changed, and after the organization did", async () => {
    const first = await create("later", "Before");
    await api.call("PATCH", `/organizations/${String(first.body.id)}`, {
      token: person.token,
      json: { name: "After" },
    });
    const again = await api.world.person(person.email);
    expect((await create("later", "Before", again)).text).toBe(first.text);
  });
});

test("is not answered again to somebody who may not do it anymore", async () => {
  const organization = await api.organization(await api.stranger());
  const admin = await api.member(organization, "admin");
  const ask = () =>
    api.call("POST", `/organizations/${organization}/teams`, {
      token: admin.token,
      headers: { "idempotency-key": "demoted" },
      json: { name: "Design" },
    });
  expect((await ask()).status).toBe(201);
  await api.world.table.write(update(memberKeys.member(organization, admin.account), { set: { role: "read" } }));
  expect(await ask()).toMatchObject({ status: 403, body: { code: "actor.forbidden" } });
});

test("without a key the same request twice is done twice", async () => {
  const somebody = await api.stranger();
  const send = () => api.call("POST", "/organizations", { token: somebody.token, json: { name: "Acme" } });
  const [one, other] = [await send(), await send()];
  expect(one.body.id).not.toBe(other.body.id);
  expect(await howMany(somebody)).toBe(2);
});

test.each(["", "with space", "x".repeat(201), "tab\tinside"])("the key %j is refused", async (key) => {
  expect(await create(key)).toMatchObject({ status: 400, body: { code: "request.key_invalid" } });
});

test("a key of 200 characters is accepted", async () => {
  expect((await create("k".repeat(200))).status).toBe(201);
});

test("a stored answer expires after a day, by the table's own time to live", async () => {
  await create(`kept-${api.world.clock.at}`);
  const rows = await api.world.rows.scan();
  const kept = rows.filter(({ sk }) => String(sk).startsWith("idem#"));
  const newest = Math.max(...kept.map(({ ttl }) => Number(ttl)));
  expect(newest).toBe(Math.floor(api.world.clock.at / 1000) + 86_400);
  for (const { ttl, expiresAt } of kept) expect(ttl).toBe(Math.floor(Date.parse(String(expiresAt)) / 1000));
});

const posts = operations().filter(({ method }) => method === "post");

test("only operations that answer a credential refuse a key", () => {
  expect(new Set(posts.filter(({ fn }) => fn.idempotency === "unsupported").map(({ id }) => id))).toEqual(
    new Set([
      "billing.portal",
      "device.approve",
      "device.authorize",
      "device.exchange",
      "invitation.link",
      "passkey.signIn",
      "session.signIn.code",
      "session.signIn.token",
    ]),
  );
});

type Post = (typeof posts)[number];
type Asker = { person: Person; organization: ID.ID<"organization"> };

/** Somebody who may do everything, in an organization of their own. */
async function asker(operation: Post): Promise<Asker> {
  const person = await api.stranger();
  const organization = await api.organization(person);
  const organizationKey = organizationKeys.organization(organization);
  const before = { state: "active" as const, growth: true };
  const deleted = {
    state: "deleted" as const,
    growth: false,
    before,
    deletedAt: new Date(api.world.clock.at).toISOString(),
  };
  const isRestored = operation.id === "organization.restore";
  const set = { grantedSeats: 1, ...(isRestored && deleted) };
  await api.world.table.write(update(organizationKey, { set, add: { capacity: 500, free: 500 } }));
  if (operation.id === "member.leave" || operation.id === "account.delete") await api.member(organization, "owner");
  // the actor who accepts is not a member yet
  return { person: operation.id === "invitation.accept" ? await api.stranger() : person, organization };
}

/** From a new network in each test, because requests without a session are identified by their network. */
const send = ([method, path, sent]: Sample, key = "once") =>
  api.call(method, path, { ip: `192.0.2.${network}`, ...sent, headers: { ...sent.headers, "idempotency-key": key } });
let network = 0;

/** Everything in the table except stored answers. */
const withoutAnswers = (rows: readonly object[]) => (rows as Key[]).filter(({ sk }) => !isRecord(sk));

type Counts = Record<string, number>;

/** Returns how many events, invitations, imports, organizations and so on there are, at Stripe too. */
function countsOf(rows: readonly object[], billing: BillingWorld | undefined): Counts {
  const counted = (rows as Key[]).filter(({ pk, sk }) => !isRecord(sk) && !isMarker(pk) && !isLimit(pk));
  const names = counted.map(({ sk }) => sk.split(/[_#]/)[0] ?? "");
  const atStripe = ["customers", "subscriptions", "invoices", "sessions", "discounts"] as const;
  return {
    ...Object.fromEntries([...new Set(names)].map((kind) => [kind, names.filter((one) => one === kind).length])),
    ...Object.fromEntries(atStripe.map((kind) => [`Stripe's ${kind}`, billing?.server.state[kind].size ?? 0])),
  };
}

/** Returns how many a request has made. */
const madeBetween = (before: Counts, after: Counts): Counts =>
  Object.fromEntries(Object.entries(after).map(([kind, count]) => [kind, count - (before[kind] ?? 0)]));

describe.each(posts.filter(({ fn }) => fn.idempotency === "unsupported"))("$id", (operation) => {
  test("refuses a key, because its answer contains a credential", async () => {
    const answer = await send(await sample(api, operation, await asker(operation)));
    expect(answer).toMatchObject({ status: 400, body: { code: "request.key_refused" } });
  });
});

describe.each(posts.filter(({ fn }) => fn.idempotency !== "unsupported"))("$id", (operation) => {
  const isBilling = operation.id.startsWith("billing.");
  let faults: Faults;
  let billing: BillingWorld | undefined;
  beforeAll(async () => {
    api = await openApi();
    faults = injectFaults(api.world.rows.client);
    billing = isBilling ? await billingOf(api.world) : undefined;
  });
  afterAll(() => billing?.stop());
  beforeEach(() => {
    network++;
    for (const level of ["error", "warn"] as const) vi.spyOn(log, level).mockImplementation(() => undefined);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    restore();
  });
  const restore = () => {
    faults.clear();
    // a request that is sent again waits for the answer of one that has begun
    api.world.rebind({ pause: async () => {}, ...(billing && { stripe: billing.port }) });
  };
  const request = async () => sampleOfDevice(api, operation, await asker(operation));
  const counts = async () => countsOf(await api.world.rows.scan(), billing);
  /** Returns what a run makes, once what it left to the queue is done. */
  async function effectsOf(run: () => Promise<unknown>): Promise<Counts> {
    const before = await counts();
    await run();
    await billing?.work();
    return madeBetween(before, await counts());
  }

  /** Returns what a request is answered and makes that nothing disturbs, and which of its calls change something. */
  async function observe() {
    const one = await request();
    const before = await counts();
    const process = crashAt(api.world, 0, "after", billing?.port);
    api.world.rebind(process.ports);
    const first = await send(one);
    const moments = process.changes();
    restore();
    await billing?.work();
    const after = withoutAnswers(await api.world.rows.scan());
    return { one, first, after, moments, effects: madeBetween(before, countsOf(after, billing)) };
  }
  let observed: ReturnType<typeof observe> | undefined;
  const undisturbed = () => (observed ??= observe());

  test("has one effect and one answer, however often it is sent, and refuses the key of another request", async () => {
    const { one, first, after } = await undisturbed();
    expect([first.status, first.body.code]).toEqual([operation.status, undefined]);
    for (const again of [await send(one), await send(one)]) {
      expect([again.status, again.body]).toEqual([first.status, first.body]);
    }
    await billing?.work();
    const all = await api.world.rows.scan();
    expect(withoutAnswers(all)).toEqual(after);
    if (operation.fn.idempotency === "endsAccess") return;
    const kept = all.filter(({ sk, expiresAt }) => isRecord(sk) && isAhead(expiresAt));
    for (const { pk, sk, ...row } of kept) {
      await api.world.table.write(put({ pk, sk } as Key, { ...row, fingerprint: "another" }));
    }
    expect((await send(one)).body.code).toBe("request.key_reused");
  });

  /** Sends a request that is disturbed, then again until it is answered, and returns what all of this has made. */
  async function disturbed(name: string, disturb: (run: () => Promise<Answer>) => Promise<Answer>) {
    network++;
    const one = await request();
    return effectsOf(async () => {
      const first = await disturb(() => send(one, name));
      restore();
      const answer = first.status === operation.status ? first : await send(one, name);
      expect([name, answer.status, answer.body.code]).toEqual([name, operation.status, undefined]);
      expect([name, (await send(one, name)).body]).toEqual([name, answer.body]);
    });
  }

  test("is completed, and has its effect once, if its process crashes after a change", async () => {
    const { effects, moments } = await undisturbed();
    expect(moments.length).toBeGreaterThan(0);
    // after the last change all is as for a request that is answered; before it only the record of the answer is missing
    for (const at of depth(moments.length > 1 ? moments.slice(-2, -1) : moments, moments)) {
      const process = crashAt(api.world, at, "after", billing?.port);
      const own = await disturbed(`crashes-${at}`, (run) => {
        api.world.rebind(process.ports);
        return run();
      });
      expect([at, process.hasCrashed(), own]).toEqual([at, true, effects]);
    }
  });

  test("has its effect once if each call of the table meets a conflict, and loses its answer", async () => {
    const { effects } = await undisturbed();
    const own = await disturbed("faults", (run) => {
      faults.plan({ conflicts: 1, lostAnswers: 1, once: true });
      return run();
    });
    expect(own).toEqual(effects);
    expect(faults.struck.conflicts).toBeGreaterThan(0);
    expect(faults.struck.lostAnswers).toBeGreaterThan(faults.struck.conflicts);
  });

  if (isBilling) {
    test("has its effect once if Stripe's answers are lost", async () => {
      const { effects } = await undisturbed();
      for (let nth = 1, isStruck = true; isStruck; nth++) {
        isStruck = false;
        const own = await disturbed(`lost-${nth}`, (run) => {
          let changes = 0;
          const lose = async (call: () => Promise<unknown>) => {
            const answer = await call();
            isStruck ||= ++changes === nth;
            if (changes === nth) throw new StripeError("lost", "The answer was lost.", {});
            return answer;
          };
          api.world.rebind({ stripe: changing(billing?.port as Port, lose) });
          return run();
        });
        expect([nth, own]).toEqual([nth, effects]);
      }
    });
  }
});

/** An organization stays marked as dirty until it is reconciled. */
const isMarker = (pk: unknown) => String(pk).startsWith("dirty#");
/** One that counts everybody's requests is new with the first. */
const isLimit = (pk: unknown) => String(pk).startsWith("rate#");
const isRecord = (sk: unknown) => String(sk).startsWith("idem#");
const isAhead = (expiresAt: unknown) => String(expiresAt) > new Date(api.world.clock.at).toISOString();
