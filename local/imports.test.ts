import type { ID } from "@muster/core/base/id.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCaller } from "./testing/worlds/caller.ts";
import { openPlace, type Place } from "./testing/worlds/instance.ts";
import { readReport, upload, watch } from "./testing/worlds/upload.ts";

let place: Place;
beforeAll(async () => {
  place = await openPlace();
  await place.launch().ready;
});
afterAll(() => place.leave());

test("20,000 rows go from a browser's form to invitations, counts and a report", async () => {
  const caller = openCaller(place.url);
  const token = await caller.signIn("ada@example.com");
  const { id } = await caller.insist("POST", "/organizations", { token, body: { name: "Acme" } });
  const rows = Array.from({ length: 20_000 }, (_, n) => (n % 50 === 49 ? `nobody ${n}` : `person-${n}@example.com`));
  const organization = id as ID<"organization">;
  const file = new Blob([`email\n${rows.join("\n")}\n`]);
  const path = `/organizations/${organization}/imports/${await upload(caller, organization, token, file)}`;

  expect(await watch(caller, path, token)).toMatchObject({
    state: "done",
    rows: 2e4,
    retryable: 19598,
    counts: {
      invited: 2,
      no_seat: 19598,
      invalid_email: 400,
    },
  });

  const report = (await readReport(caller, path, token, "failed")).split("\r\n").slice(1, -1);
  expect(report).toHaveLength(19_998);
  expect(report[0]).toBe("person-2@example.com,4,no_seat,No seat available.");

  const mailed = async () => (await caller.mailsTo("person-0@example.com")).length;
  await expect.poll(mailed).toBe(1);
});
