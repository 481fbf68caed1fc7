import type * as ID from "@muster/core/base/id.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import { type Table, update } from "@muster/core/table/table.ts";
import { sampleOfDevice } from "@muster/local/testing/fixtures/samples.ts";
import { billingOf } from "@muster/local/testing/fixtures/subscription.ts";
import { depth, seededRandom } from "@muster/local/testing/random.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { BillingWorld } from "@muster/local/testing/worlds/billing.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { log } from "../log.ts";
import { operations } from "./openapi.ts";

// Requests with one Idempotency-Key that arrive at once, and whose calls come in another order each time.

const maxTicks = 12;

/** Answers each call some ticks later, so that the requests meet each other in another order for each seed. */
function scrambled(random: () => number): <P extends object>(port: P) => P {
  const later = async () => {
    for (let tick = Math.floor(random() * maxTicks); tick > 0; tick--) await new Promise(setImmediate);
  };
  return (port) => {
    const calls = Object.entries(port) as [string, (...all: unknown[]) => Promise<unknown>][];
    const slow = calls.map(([name, call]) => [
      name,
      async (...all: unknown[]) => {
        await later();
        try {
          return await call(...all);
        } finally {
          await later();
        }
      },
    ]);
    return Object.fromEntries(slow);
  };
}

/** Returns as many as the smallest limit of a POST allows, since those that meet are counted before one of them is answered. */
const alike = <T>(one: T): T[] => Array.from({ length: 5 }, () => one);

/** Their answer is stored after their last write, so that a later request may meet that write and no record of it. */
const answeredLate = [
  "account.delete",
  "device.deny",
  "domain.check",
  "rollout.pause",
  "secret.check",
  "setting.importDocument",
];

const posts = operations().filter(
  ({ id, method, fn }) => method === "post" && fn.idempotency !== "unsupported" && !answeredLate.includes(id),
);

describe.each(posts)("$id", (operation) => {
  let api: TestApi;
  let billing: BillingWorld | undefined;
  beforeAll(async () => {
    api = await openApi();
    billing = operation.id.startsWith("billing.") ? await billingOf(api.world) : undefined;
  });
  afterAll(() => billing?.stop());
  beforeEach(() => {
    for (const level of ["error", "warn"] as const) vi.spyOn(log, level).mockImplementation(() => undefined);
  });
  afterEach(() => vi.restoreAllMocks());

  async function asker(): Promise<{ person: Person; organization: ID.ID<"organization"> }> {
    const person = await api.stranger();
    const organization = await api.organization(person);
    const isRestored = operation.id === "organization.restore";
    const before = { state: "active" as const, growth: true };
    const deletedAt = new Date(api.world.clock.at).toISOString();
    const deleted = { state: "deleted" as const, growth: false, before, deletedAt };
    const set = { grantedSeats: 1, ...(isRestored && deleted) };
    const change = { set, add: { capacity: 500, free: 500 } };
    await api.world.table.write(update(organizationKeys.organization(organization), change));
    if (["member.leave", "account.delete"].includes(operation.id)) await api.member(organization, "owner");
    return { person: operation.id === "invitation.accept" ? await api.stranger() : person, organization };
  }

  test("is answered the same if it is sent five times at once", async () => {
    for (let seed = 1; seed <= depth(4, 60); seed++) {
      api.world.rebind(billing && { stripe: billing.port });
      const [method, path, sent] = await sampleOfDevice(api, operation, await asker());
      const scramble = scrambled(seededRandom(seed));
      const table: Table = scramble(api.world.table);
      const pause = (ms: number) => scramble({ wait: async () => api.world.clock.pass(ms / 1000) }).wait();
      api.world.rebind({ table, pause, ...(billing && { stripe: scramble(billing.port) }) });
      const headers = { ...sent?.headers, "idempotency-key": `at-once-${seed}` };
      const send = () => api.call(method, path, { ip: `192.0.2.${seed}`, ...sent, headers });
      const answers = await Promise.all(alike(send).map((one) => one()));
      const { status } = operation;
      expect([seed, answers.map(({ status, body: { code } }) => ({ status, code }))]).toEqual([
        seed,
        alike({ status }),
      ]);
      expect([seed, answers.map(({ body }) => body)]).toEqual([seed, alike(answers[0]?.body)]);
    }
  });
});
