import { linkDevice } from "@muster/local/testing/fixtures/devices.ts";
import { openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { expect, test } from "vitest";
import { dayMs } from "../base/duration.ts";
import { deviceKeys } from "../device/keys.ts";
import * as Limits from "../rate/limits.ts";
import { update } from "../table/table.ts";
import { previewPages } from "./limits.ts";
import { preview } from "./preview.ts";

const waves = [{ percent: 50 }];

test("a preview reads no more than its pages, and says so", async () => {
  const place = await openOrganization();
  await linkDevice(place.world, { account: place.ada.account, organization: place.organization });
  const shown = () => place.as(place.ada, () => preview({ waves }));
  expect(await shown()).toMatchObject({ devices: 1, isComplete: true });
  const { table } = place.world;
  let pages = 0;
  place.world.rebind({
    table: {
      ...table,
      query: async (wanted: Parameters<typeof table.query>[0]) => {
        const page = await table.query({ ...wanted, start: undefined });
        pages += 1;
        return { ...page, next: { pk: place.organization, sk: "dev_" } };
      },
    } as typeof table,
  });
  expect(await shown()).toMatchObject({ devices: previewPages, isComplete: false });
  expect(pages).toBe(previewPages);
});

test("a preview counts the devices that the rollout would wait for", async () => {
  const place = await openOrganization();
  const { account } = place.ada;
  const { organization, world } = place;
  const [used, wiped, unused] = [
    await linkDevice(world, { account, organization }),
    await linkDevice(world, { account, organization }),
    await linkDevice(world, { account, organization }),
  ];
  const at = new Date(world.clock.at).toISOString();
  const earlier = new Date(world.clock.at - 4 * dayMs).toISOString();
  await world.table.write(
    update(deviceKeys.organizationDevice(organization, wiped.id), { set: { wipedAt: at } }),
    update(deviceKeys.organizationDevice(organization, unused.id), { set: { contactAt: earlier } }),
  );
  expect(await place.as(place.ada, () => preview({ waves }))).toMatchObject({ devices: 1 });
  await world.table.write(update(deviceKeys.organizationDevice(organization, used.id), { set: { wipedAt: at } }));
  expect(await place.as(place.ada, () => preview({ waves }))).toMatchObject({ devices: 0, waves: [0, 0] });
});

test("an organization has so many previews an hour", async () => {
  const place = await openOrganization();
  const bob = await place.join("bob@example.com", "admin");
  for (let i = 0; i < Limits.rolloutPreviews.windows[0].quota; i++) await place.as(place.ada, () => preview({ waves }));
  expect(await resultOf(place.as(bob, () => preview({ waves })))).toBe("rate.limited");
});
