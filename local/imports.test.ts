import type { ID } from "@muster/core/base/id.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { depth } from "./testing/random.ts";
import { openCaller } from "./testing/worlds/caller.ts";
import { openPlace, type Place } from "./testing/worlds/instance.ts";
import { readReport, upload, watch } from "./testing/worlds/upload.ts";

let place: Place;
beforeAll(async () => {
  place = await openPlace();
  await place.launch().ready;
});
afterAll(() => place.leave());

const size = depth(3_000, 20_000);
const [invited, invalid] = [2, size / 50];
const withoutSeat = size - invited - invalid;

test(`${size} rows go from a browser's form to invitations, counts and a report`, async () => {
  const caller = openCaller(place.url);
  const token = await caller.signIn("ada@example.com");
  const { id } = await caller.insist("POST", "/organizations", { token, body: { name: "Acme" } });
  const rows = Array.from({ length: size }, (_, n) => (n % 50 === 49 ? `nobody ${n}` : `person-${n}@example.com`));
  const organization = id as ID<"organization">;
  const file = new Blob([`email\n${rows.join("\n")}\n`]);
  const path = `/organizations/${organization}/imports/${await upload(caller, organization, token, file)}`;

  expect(await watch(caller, path, token)).toMatchObject({
    state: "done",
    rows: size,
    retryable: withoutSeat,
    counts: {
      invited,
      no_seat: withoutSeat,
      invalid_email: invalid,
    },
  });

  const report = (await readReport(caller, path, token, "failed")).split("\r\n").slice(1, -1);
  expect(report).toHaveLength(size - invited);
  expect(report[0]).toBe("person-2@example.com,4,no_seat,No seat available.");

  const mailed = async () => (await caller.mailsTo("person-0@example.com")).length;
  await expect.poll(mailed).toBe(1);
});
