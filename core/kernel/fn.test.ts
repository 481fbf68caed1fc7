import { type Meter, meter } from "@muster/local/testing/costs/meter.ts";
import { openWorld, origin, type World } from "@muster/local/testing/worlds/world.ts";
import * as v from "valibot";
import { beforeAll, describe, expect, test } from "vitest";
import { failure } from "../base/failure.ts";
import { put, rowName } from "../table/table.ts";
import { asSystem, provide } from "./context.ts";
import { fn } from "./fn.ts";

const declared = failure("conflict", "test.declared", "This may happen.");
const undeclared = failure("conflict", "test.undeclared", "This was forgotten.");
const key = { pk: "org_1", sk: "#org" };
const other = { pk: "org_1", sk: "#other" };

let world: World;
let counter: Meter;
beforeAll(async () => {
  world = await openWorld();
  counter = meter(world.rows.client);
  await world.table.write(put(key, { n: 1 }), put(other, { n: 2 }));
});

const anonymous = { actor: { type: "public" as const, origin } };
const ran: unknown[] = [];
const act = fn(
  "audit.announce",
  {
    input: v.strictObject({ how: v.picklist(["well", "declared", "undeclared", "bug"]) }),
    output: v.string(),
    failures: [declared],
  },
  async ({ how }, actor) => {
    ran.push(actor);
    if (how === "declared") throw declared();
    if (how === "undeclared") throw undeclared();
    if (how === "bug") throw new TypeError("A bug.");
    return how;
  },
);
const wrong = (how: string) => act({ how } as { how: "well" });

describe("a domain function", () => {
  test("returns a result, and passes on the actor of the context", async () => {
    expect(await asSystem("a job", () => act({ how: "well" }))).toBe("well");
    expect(ran.at(-1)).toEqual({ type: "system", job: "a job" });
  });

  test("does not run for an actor without the permission, for any input", async () => {
    const before = ran.length;
    await expect(provide(anonymous, () => wrong("x"))).rejects.toMatchObject({ code: "actor.unauthenticated" });
    await expect(provide(anonymous, () => act({ how: "well" }))).rejects.toMatchObject({
      code: "actor.unauthenticated",
    });
    expect(ran).toHaveLength(before);
  });

  test("does not run on invalid input", async () => {
    const before = ran.length;
    const refusal = { code: "input.invalid", fields: [{ path: "how", message: "This is not one of the choices." }] };
    await expect(asSystem("a job", () => wrong("x"))).rejects.toMatchObject(refusal);
    expect(ran).toHaveLength(before);
  });

  test("does not run without a context", async () => {
    await expect(act({ how: "well" })).rejects.toThrow("a handler forgot");
  });

  test("passes on the failures that it declares, and bugs unchanged", async () => {
    await expect(asSystem("a job", () => act({ how: "declared" }))).rejects.toMatchObject({ code: "test.declared" });
    await expect(asSystem("a job", () => act({ how: "bug" }))).rejects.toBeInstanceOf(TypeError);
  });

  test("turns an undeclared failure into a bug that names both", async () => {
    const error = await asSystem("a job", () => act({ how: "undeclared" })).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "Error", message: expect.stringMatching(/audit\.announce.*test\.undeclared/) });
    expect(error).not.toHaveProperty("code");
  });

  test("exposes who may call it, its input and its failures", () => {
    expect([act.permission, act.failures]).toEqual(["audit.announce", [declared]]);
  });
});

describe("rows that a function needs", () => {
  const read = fn(
    "audit.announce",
    { input: v.strictObject({}), output: v.array(v.unknown()), reads: () => [key, other, { pk: "none", sk: "none" }] },
    async (_, __, rows) => rows.map((row) => row?.n),
  );

  test("are read in one round trip and passed in order", async () => {
    const { result, trips, calls } = await counter.measure(() => asSystem("a job", () => read({})));
    expect(result).toEqual([1, 2, undefined]);
    expect([trips, calls]).toEqual([1, 1]);
  });

  test("are taken from what the handler has read, and a row that it did not find is not read again", async () => {
    const ahead = new Map([
      [rowName(key), { ...key, n: 7 }],
      [rowName(other), undefined],
      [rowName({ pk: "none", sk: "none" }), undefined],
    ]);
    const actor = { type: "system" as const, job: "a job" };
    const { result, calls } = await counter.measure(() => provide({ actor, prefetched: ahead }, () => read({})));
    expect(result).toEqual([7, undefined, undefined]);
    expect(calls).toBe(0);
  });

  test("are read if the handler has read only some of them", async () => {
    const actor = { type: "system" as const, job: "a job" };
    const ahead = new Map([[rowName(key), { ...key, n: 7 }]]);
    expect(await provide({ actor, prefetched: ahead }, () => read({}))).toEqual([7, 2, undefined]);
  });
});
