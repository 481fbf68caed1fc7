import { actionsOn } from "@muster/local/testing/fixtures/actions.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { depth } from "@muster/local/testing/random.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { roles } from "../base/role.ts";
import * as Billing from "../billing/billing.ts";
import * as Recipient from "../invitation/recipient.ts";
import * as Reviewing from "../invitation/review.ts";
import { asSystem } from "../kernel/context.ts";
import { OrganizationRenamed } from "../organization/events.ts";
import * as Grant from "../organization/grant.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Operator from "../organization/operator.ts";
import * as Organization from "../organization/organization.ts";
import * as Seat from "../seat/seat.ts";
import { remove, type Table, update } from "../table/table.ts";
import * as Audit from "./audit.ts";
import { auditKeys } from "./keys.ts";

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 5 });
});

const follow = () => asSystem("follow", () => Audit.follow({ owner: fixture.organization }));
const owned = <R>(run: () => Promise<R>) =>
  fixture.world.as(fixture.ada, run, { id: fixture.organization, role: "owner" });
const get = async () => (await owned(() => Organization.get({}))).seats;

/** The seats by a recount of the rows. `reserved` are those that an import has taken for rows to come. */
async function recount(reserved = 0) {
  const rows = await fixture.world.rows.scan();
  const here = rows.filter(({ sk }) => sk === fixture.organization);
  const used = here.filter(({ pk }) => String(pk).startsWith("acc_")).length;
  const held = here.filter(({ state }) => state === "pending").length + reserved;
  const { capacity } = await fixture.organizationRow();
  return { capacity, committed: used + held, used, held };
}

/** Has something happen before the n-th read from now on, the first being 1. */
function beforeRead(count: number, happen: () => Promise<unknown>): void {
  const { table } = fixture.world;
  let reads = 0;
  const meet = async () => {
    if (++reads !== count) return;
    fixture.world.rebind();
    await happen();
    fixture.world.rebind({ table: watched });
  };
  const watched: Table = {
    ...table,
    getMany: async (...named) => {
      await meet();
      return table.getMany(...named);
    },
    query: async (...named) => {
      await meet();
      return table.query(...named);
    },
  };
  fixture.world.rebind({ table: watched });
}

describe("while the stream stands still", () => {
  test("a member who was removed is no member, and no invitation", async () => {
    const bob = await fixture.join("bob@example.com");
    await fixture.invite("carol@example.com");
    await follow();
    expect(await get()).toEqual({ capacity: 6, committed: 3, used: 2, held: 1 });
    await actionsOn(fixture).remove(fixture.ada, bob);
    expect(await get()).toEqual({ capacity: 6, committed: 2, used: 1, held: 1 });
  });

  test("a person who accepts an invitation is a member until they are removed", async () => {
    const bob = await fixture.join("bob@example.com");
    expect(await get()).toEqual({ capacity: 6, committed: 2, used: 2, held: 0 });
    await actionsOn(fixture).remove(fixture.ada, bob);
    await fixture.invite("carol@example.com");
    expect(await get()).toEqual({ capacity: 6, committed: 2, used: 1, held: 1 });
  });

  test("the seats are not split once more waits than is counted one by one, until the log has it", async () => {
    await fixture.invite("bob@example.com");
    const by = { type: "system", job: "test" } as const;
    await times(50, () =>
      fixture.world.table.write(OrganizationRenamed.record(fixture.organization, { from: "Acme", to: "Acme" }, by)),
    );
    expect(await get()).toEqual({ capacity: 6, committed: 2 });
    await follow();
    expect(await get()).toEqual({ capacity: 6, committed: 2, used: 1, held: 1 });
  });
});

test("the seats are not split where this release cannot read how many members the log counts", async () => {
  await fixture.invite("bob@example.com");
  await follow();
  await fixture.world.table.write(update(raw(auditKeys.stats(fixture.organization)), { set: { active: { next: 1 } } }));
  expect(await get()).toEqual({ capacity: 6, committed: 2 });
});

describe("what happens while the seats are read", () => {
  /** The outbox is read second, and organization and log for the second time third. */
  const outbox = 2;
  const rows = 3;

  test.each([outbox, rows])("is counted once when it reaches the log before read %i", async (read) => {
    await fixture.join("bob@example.com");
    await fixture.invite("carol@example.com");
    beforeRead(read, follow);
    expect(await get()).toEqual({ capacity: 6, committed: 3, used: 2, held: 1 });
  });

  test.each([outbox, rows])(
    "is counted or not with all that follows from it when it comes before read %i",
    async (read) => {
      const bob = await fixture.join("bob@example.com");
      await fixture.invite("carol@example.com");
      beforeRead(read, () => actionsOn(fixture).remove(fixture.ada, bob));
      expect(await get()).toEqual({ capacity: 6, committed: 2, used: 1, held: 1 });
    },
  );

  test("is counted with its seat when an owner accepts before the rows are read", async () => {
    const bob = await fixture.world.person("bob@example.com");
    await fixture.invite(bob.email, "owner");
    await follow();
    const token = await fixture.tokenOf(bob.email);
    beforeRead(rows, () => fixture.world.as(bob, () => Recipient.accept({ token })));
    expect(await get()).toEqual({ capacity: 6, committed: 2, used: 2, held: 0 });
  });

  test("leaves the seats unsplit when it goes on and on", async () => {
    await fixture.invite("bob@example.com");
    const { world, organization } = fixture;
    const organizationRow = organizationKeys.organization(organization);
    const query: Table["query"] = async (...named) => {
      const page = await world.table.query(...named);
      await world.table.write(update(organizationRow, { add: { free: -1 } }));
      return page;
    };
    world.rebind({ table: { ...world.table, query } });
    expect(await get()).toEqual({ capacity: 6, committed: 6 });
  });

  test("may end the organization", async () => {
    await fixture.invite("bob@example.com");
    beforeRead(rows, () => fixture.world.table.write(remove(organizationKeys.organization(fixture.organization))));
    expect(await resultOf(get())).toBe("organization.missing");
  });
});

type Happening =
  | { do: "invite" | "changeRole"; who: number; role: (typeof roles)[number] }
  | { do: "accept" | "decline" | "resend" | "revoke" | "remove" | "leave" | "reinstate"; who: number }
  | { do: "grant" | "reserve"; seats: number }
  | { do: "expire" | "release" | "follow" };
/** Something that happens, before the n-th read of an answer, or alone. */
type Step = { happening: Happening; beforeRead?: number | undefined };

const who = fc.nat(3);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("invite" as const), who, role: fc.constantFrom(...roles) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("changeRole" as const), who, role: fc.constantFrom(...roles) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom("accept", "accept", "decline", "resend", "revoke", "remove", "leave", "reinstate"),
      who,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("grant", "reserve"), seats: fc.integer({ min: 1, max: 8 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("follow", "follow", "expire", "release") }) },
);
const step: fc.Arbitrary<Step> = fc.record({
  happening,
  beforeRead: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
});

/** Runs a history in which the stream goes on only where it says so, and returns what an answer said that was never true. */
async function runHistory(history: readonly Step[]): Promise<string[]> {
  fixture = await openOrganization({ seats: 4 });
  const { world, organization, ada } = fixture;
  const actions = actionsOn(fixture);
  const people = await Promise.all(["bob", "carol", "dora", "emil"].map((name) => world.person(`${name}@example.com`)));
  let reserved = 0;

  const happenings: { [Do in Happening["do"]]: (one: Happening & { do: Do }, person: Person) => Promise<unknown> } = {
    invite: ({ role }, { email }) => actions.send(ada, { email, role }),
    changeRole: ({ role }, person) => actions.changeRole(ada, person, role),
    accept: answer,
    decline: answer,
    resend: (_, { email }) => actions.resend(ada, email),
    revoke: (_, { email }) => actions.revoke(ada, email),
    reinstate: (_, { email }) => actions.reinstate(ada, email),
    remove: (_, person) => actions.remove(ada, person),
    leave: (_, person) => actions.leave(person),
    grant: ({ seats }) => resultOf(asSystem("operator", () => Grant.grant({ organization, seats }))),
    reserve: async ({ seats }) => {
      const taken = Seat.take(organization, await fixture.organizationRow(), { seats, mails: 0 });
      if ((await resultOf(world.table.write(taken.step))) === "done") reserved += seats;
    },
    release: async () => {
      if (reserved > 0) await world.table.write(Seat.release(organization, { seats: reserved }));
      reserved = 0;
    },
    expire: () => {
      world.clock.pass(8 * 86_400);
      return actions.expire();
    },
    follow,
  };
  async function answer({ do: what }: { do: "accept" | "decline" }, person: Person): Promise<unknown> {
    return (await fixture.rowOf(person.email)) && actions[what](person, await actions.linkTo(person.email));
  }
  async function happen(one: Happening): Promise<unknown> {
    const run = happenings[one.do] as (one: Happening, person: Person) => Promise<unknown>;
    return run(one, people["who" in one ? one.who : 0] as Person);
  }

  const answers = {
    organization: get,
    "operator show": async () => (await asSystem("operator", () => Operator.inspect({ organization }))).seats,
    billing: async () => {
      const { capacity, committed } = (await owned(() => Billing.get({}))).seats;
      return { capacity, committed };
    },
    review: async () => (await owned(() => Reviewing.review({ invitations: [{ email: "fay@example.com" }] }))).seats,
  };

  const wrong: string[] = [];
  for (const [n, { happening, beforeRead: read }] of history.entries()) {
    world.clock.pass(301);
    for (const [name, answer] of Object.entries(answers)) {
      const moments = [await recount(reserved)];
      const isMet = read !== undefined && name === ["organization", "operator show"][n % 2];
      if (isMet) {
        beforeRead(read, async () => {
          await happen(happening);
          moments.push(await recount(reserved));
        });
      }
      const seats = await answer();
      world.rebind();
      const isTrue = moments.some((moment) =>
        Object.entries(seats ?? {}).every(([key, value]) => moment[key as keyof typeof moment] === value),
      );
      const isWhole = !["organization", "operator show"].includes(name) || Object.hasOwn(seats ?? {}, "used");
      if (!isTrue || !isWhole) {
        wrong.push(`After step ${n}, ${name} said ${JSON.stringify(seats)} of ${JSON.stringify(moments)}`);
      }
    }
    if (read === undefined) await happen(happening);
  }
  return wrong;
}

test("whatever happens and wherever the stream stops, the seats that an answer shows are those of one moment", async () => {
  const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25, size: "max" }), async (history) => {
    expect(await runHistory(history)).toEqual([]);
  });
  await fc.assert(property, { numRuns: depth(2, 500) });
});
