import { crashAt } from "@muster/local/testing/crashes/crash.ts";
import { sampled } from "@muster/local/testing/faults/sample.ts";
import { importsOf } from "@muster/local/testing/fixtures/imports.ts";
import { openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { openInvariants } from "@muster/local/testing/invariants/organization.ts";
import { isDeep } from "@muster/local/testing/random.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import * as Watch from "./due.ts";

/** Rows long enough to make two chunks, with an invalid one, duplicates in both, and more people than seats. */
const filler = "x".repeat(60_000);
const people = [
  "a@x.example",
  "nobody",
  "b@x.example",
  "A@X.example",
  ...Array.from({ length: 18 }, (_, n) => `p${n}@x.example`),
];
const rows = [...people, "b@x.example", "q@x.example", "r@x.example"];
const file = `email,notes\n${rows.map((email) => `${email},${filler}\n`).join("")}`;

async function begin() {
  const fixture = await openOrganization({ seats: 20 });
  const imports = importsOf(fixture);
  const invariants = await openInvariants(fixture);
  const id = await imports.upload(file);
  fixture.world.queued.imports.push({ arrived: imports.keyOf(id) });
  return { fixture, imports, invariants, id };
}
type Place = Awaited<ReturnType<typeof begin>>;

/** Processes the queue like Lambda: a message that fails stays on it. The clock runs in between. */
async function drain({ fixture, imports }: Place): Promise<void> {
  const { queued, clock } = fixture.world;
  while (queued.imports[0]) {
    const [message] = queued.imports as [{ arrived?: string }];
    await (message.arrived ? imports.arrive(message.arrived, "1") : imports.run(message));
    queued.imports.shift();
  }
  clock.pass(700);
  await asSystem("clock.imports", () => Watch.due({}));
  while (queued.imports[0]) {
    await imports.run(queued.imports[0]);
    queued.imports.shift();
  }
}

/** Returns what is wrong once everything was repeated. */
async function wrong({ fixture, imports, invariants, id }: Place): Promise<string[]> {
  const info = await imports.get(id);
  const outcomes = await imports.outcomes(id);
  const expected = people.map((email) =>
    email === "nobody" ? "invalid_email" : email.startsWith("A@") ? "duplicate" : "invited",
  );
  const all = [...expected, "duplicate", "no_seat", "no_seat"];
  // 20 free seats: a, b and 18 others
  const lines =
    (fixture.world.bucket.text(`reports/${fixture.organization}/${id}-1-all.csv`) ?? "").split("\r\n").length - 2;
  return [
    ...(outcomes.join() === all.join() ? [] : [`outcomes: ${outcomes.join()}`]),
    ...(info.state === "done" && info.rows === rows.length ? [] : [`${info.state} with ${info.rows} rows`]),
    ...(info.counts.invited === 20 && info.counts.duplicate === 2 ? [] : [JSON.stringify(info.counts)]),
    ...(info.reported && lines === rows.length ? [] : [`a report of ${lines} rows`]),
    ...(await invariants.check()),
  ];
}

/** Runs without a crash. Returns how many calls that takes, and which of them change something. */
async function undisturbed() {
  const place = await begin();
  const process = crashAt(place.fixture.world, Number.POSITIVE_INFINITY, "before");
  place.fixture.world.rebind(process.ports);
  await drain(place);
  place.fixture.world.rebind();
  expect(await wrong(place)).toEqual([]);
  expect(process.calls()).toBeGreaterThan(25);
  return { count: process.calls(), changes: process.changes() };
}

describe("the workers of an import", () => {
  let calls: number[];
  beforeAll(async () => {
    const { count, changes } = await undisturbed();
    // calls that change nothing leave the same state as the change before them
    calls = isDeep ? Array.from({ length: count }, (_, n) => n + 1) : sampled(changes);
  });

  test.each(["before", "after"] as const)(
    "lose, duplicate and oversell nothing when they crash %s a call",
    async (moment) => {
      const found: string[] = [];
      for (const call of calls) {
        const place = await begin();
        const process = crashAt(place.fixture.world, call, moment);
        place.fixture.world.rebind(process.ports);
        await resultOf(drain(place));
        place.fixture.world.rebind();
        if (!process.hasCrashed()) found.push(`call ${call}: nothing crashed`);
        await drain(place);
        found.push(...(await wrong(place)).map((one) => `call ${call}: ${one}`));
        await place.fixture.world.rows.stop();
      }
      expect(found).toEqual([]);
    },
  );

  test("would lose rows if a message were lost and no clock ran", async () => {
    const place = await begin();
    const { queued } = place.fixture.world;
    await place.imports.arrive(place.imports.keyOf(place.id), "1");
    queued.imports.length = 0;
    expect(await wrong(place)).not.toEqual([]);
    await drain(place);
    expect(await wrong(place)).toEqual([]);
  });
});
