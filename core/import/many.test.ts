import { importsOf } from "@muster/local/testing/fixtures/imports.ts";
import { openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { depth } from "@muster/local/testing/random.ts";
import { expect, test } from "vitest";
import { maxShards } from "../invitation/invitation.ts";
import { organizationKeys } from "../organization/keys.ts";
import { update } from "../table/table.ts";
import { measureLoad } from "./many.testing.ts";

/** More at once than one list of the index takes. */
const size = depth(3_000, 20_000);
const seats = 0.75 * size;

/** Every twentieth row repeats a person, and every fiftieth is invalid. */
const rows = Array.from({ length: size }, (_, n) =>
  n % 50 === 49
    ? `nobody ${n},,`
    : n % 20 === 19
      ? `person-${n - 1}@example.com,read,`
      : `person-${n}@example.com,read,Person`,
);

test("many rows are each accounted for, in the file, the table, the counts and the report", async () => {
  const fixture = await openOrganization({ seats });
  // as the import of a large file divides it (core/invitation/shards.test.ts)
  const { organization } = fixture;
  await fixture.world.table.write(update(organizationKeys.organization(organization), { set: { shards: maxShards } }));
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
  expect(outcomes).toHaveLength(size);
  expect(counts.invited).toBe(seats);
  expect(counts.invalid_email).toBe(size / 50);
  expect(outcomes.indexOf("no_seat")).toBeGreaterThan(outcomes.filter((one) => one === "invited").length);
  expect(outcomes.lastIndexOf("invited")).toBeLessThan(outcomes.indexOf("no_seat"));
  expect(await imports.get(id)).toMatchObject({ state: "done", rows: size, counts });

  const found = await fixture.world.rows.scan();
  const made = found.filter(({ src }) => src === id);
  expect(made).toHaveLength(seats);
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
  expect(load.writes()).toBeGreaterThan(size / 100);
});

const idsOf = ({ data }: Record<string, unknown>) => (data as { invitations: string[] }).invitations;
