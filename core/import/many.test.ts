import { heatOf } from "@muster/local/testing/heat.ts";
import { importsOf } from "@muster/local/testing/imports.ts";
import { openStage } from "@muster/local/testing/stage.ts";
import { expect, test } from "vitest";

/** Every twentieth is somebody once more, every fiftieth nobody. */
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
  const stage = await openStage({ seats: 15_000 });
  const heat = heatOf(stage.world.table);
  stage.world.rebind({ table: heat.table });
  const imports = importsOf(stage);
  const id = await imports.begin(`email,role,name\n${rows.join("\n")}\n`);
  await imports.work();
  stage.world.rebind();

  const outcomes = await imports.outcomes(id);
  const count = (name: string) => outcomes.filter((outcome) => outcome === name).length;
  const counts = {
    ...{ invited: count("invited"), no_seat: count("no_seat") },
    ...{ duplicate: count("duplicate"), invalid_email: count("invalid_email") },
  };
  expect(outcomes).toHaveLength(20_000);
  expect(counts.invited).toBe(15_000);
  expect(counts.invalid_email).toBe(400);
  expect(outcomes.indexOf("no_seat")).toBeGreaterThan(outcomes.filter((one) => one === "invited").length);
  expect(outcomes.lastIndexOf("invited")).toBeLessThan(outcomes.indexOf("no_seat"));
  expect(await imports.get(id)).toMatchObject({ state: "done", rows: 20_000, counts });

  const found = await stage.world.rows.scan();
  const made = found.filter(({ src }) => src === id);
  expect(made).toHaveLength(15_000);
  expect(
    found
      .filter(({ type }) => type === "invitation.created")
      .flatMap(idsOf)
      .toSorted(),
  ).toEqual(made.map(({ pk }) => String(pk).replace("adr_", "inv_")).toSorted());
  expect((await stage.home()).free).toBe(0);

  const report = stage.world.bucket.text(`reports/${stage.organization}/${id}-1-all.csv`) ?? "";
  const told = report
    .split("\r\n")
    .slice(1, -1)
    .map((line) => line.split(",")[4]);
  expect(told).toEqual(outcomes);

  // 40 writes a second are 3,880 rows: more than any worker was seen to do
  const pace = { rate: 900, writeMs: 25 };
  expect(heat.lacks(pace)).toEqual({});
  // in one part the list would be too hot, and the rows of one import are not far from it
  const undivided = heat.lacks({ ...pace, partition: (name) => name.replace(/#inv#\d+$/, "#inv") });
  expect(Object.keys(undivided)).toEqual([`${stage.organization}#inv`]);
  expect(heat.writes()).toBeGreaterThan(200);
});

const idsOf = ({ data }: Record<string, unknown>) => (data as { invitations: string[] }).invitations;
