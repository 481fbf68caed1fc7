import { importsOf } from "@muster/local/testing/fixtures/imports.ts";
import { openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { expect, test } from "vitest";
import { measureLoad } from "./many.testing.ts";

/** Every twentieth row repeats a person, and every fiftieth is invalid. */
const rows = Array.from({ length: 20_000 }, (_, n) =>
  n % 50 === 49
    ? `nobody ${n},,`
    : n % 20 === 19
      ? `person-${n - 1}@example.com,read,`
      : `person-${n}@example.com,read,Person`,
);

test("20,000 rows are each accounted for, in the file, the table, the counts and the report", {
  timeout: 240_000,
}, async () => {
  const fixture = await openOrganization({ seats: 15_000 });
  const load = measureLoad(fixture.world.table);
  fixture.world.rebind({ table: load.table });
  const imports = importsOf(fixture);
  const id = await imports.begin(`email,role,name\n${rows.join("\n")}\n`);
  await imports.work();
  fixture.world.rebind();

  const outcomes = await imports.outcomes(id);
  const count = (name: string) => outcomes.filter((outcome) => outcome === name).length;
  const counts = {
    invited: count("invited"),
    no_seat: count("no_seat"),
    duplicate: count("duplicate"),
    invalid_email: count("invalid_email"),
  };
  expect(outcomes).toHaveLength(20_000);
  expect(counts.invited).toBe(15_000);
  expect(counts.invalid_email).toBe(400);
  expect(outcomes.indexOf("no_seat")).toBeGreaterThan(outcomes.filter((one) => one === "invited").length);
  expect(outcomes.lastIndexOf("invited")).toBeLessThan(outcomes.indexOf("no_seat"));
  expect(await imports.get(id)).toMatchObject({ state: "done", rows: 20_000, counts });

  const found = await fixture.world.rows.scan();
  const made = found.filter(({ src }) => src === id);
  expect(made).toHaveLength(15_000);
  expect(
    found
      .filter(({ type }) => type === "invitation.created")
      .flatMap(idsOf)
      .toSorted(),
  ).toEqual(made.map(({ pk }) => String(pk).replace("adr_", "inv_")).toSorted());
  expect((await fixture.organizationRow()).free).toBe(0);

  const report = fixture.world.bucket.text(`reports/${fixture.organization}/${id}-1-all.csv`) ?? "";
  const reported = report
    .split("\r\n")
    .slice(1, -1)
    .map((line) => line.split(",")[4]);
  expect(reported).toEqual(outcomes);

  // 40 writes a second are 3,880 rows: more than any worker was measured to do
  const pace = { rate: 900, writeMs: 25 };
  expect(load.shortfalls(pace)).toEqual({});
  // in one shard the list would be overloaded, and the rows of one import come close
  const undivided = load.shortfalls({ ...pace, partition: (name) => name.replace(/#inv#\d+$/, "#inv") });
  expect(Object.keys(undivided)).toEqual([`${fixture.organization}#inv`]);
  expect(load.writes()).toBeGreaterThan(200);
});

const idsOf = ({ data }: Record<string, unknown>) => (data as { invitations: string[] }).invitations;
