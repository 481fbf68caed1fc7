import { addDomain } from "@muster/local/testing/fixtures/domains.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { followLog } from "@muster/local/testing/fixtures/whole-organization.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { reactsTo } from "../kernel/reaction.ts";
import * as Deletion from "../organization/deletion.ts";
import * as Organization from "../organization/organization.ts";
import { update } from "../table/table.ts";
import * as Check from "./check.ts";
import * as Domain from "./domain.ts";
import { due } from "./due.ts";
import { domainKeys } from "./keys.ts";
import { react, reactions } from "./release.ts";

let place: OrganizationFixture;
let domain: Awaited<ReturnType<typeof addDomain>>;
beforeEach(async () => {
  place = await openOrganization();
  domain = await addDomain(place.world, place.organization, "acme.com", { mode: "automatic" });
});

const as = <R>(run: () => Promise<R>) => place.as(place.ada, run);
const claim = () => place.world.table.get(domainKeys.domainClaim(domain));
const row = () => place.world.table.get(domainKeys.domain(place.organization, domain));
const remove = () => as(() => Deletion.deleteByName({ name: "Acme" }));
const restore = () => as(() => Deletion.restore({}));
const tick = () => asSystem("clock", () => due({}));

/** Runs the reactions to everything that has happened, each twice. */
async function followed(): Promise<void> {
  await followLog(place.world, place.organization);
  const { items } = await place.world.table.query({ ...kernelKeys.log(place.organization), to: "9" });
  for (const logged of items) {
    const announcement = Audit.announcement(logged);
    if (!announcement || !reactsTo(announcement.type, reactions)) continue;
    for (let times = 0; times < 2; times++) await asSystem("work", () => react(announcement));
  }
}

describe("a deleted organization", () => {
  test("gives its domains back, and others can verify them", async () => {
    await remove();
    await followed();
    expect(await claim()).toBeUndefined();
    expect(await row()).toMatchObject({ state: "waiting", mode: "automatic" });
    expect(await row()).not.toHaveProperty("list");
    await followLog(place.world, place.organization);
    const { items } = await place.world.table.query({ ...kernelKeys.log(place.organization), to: "9" });
    const released = items.filter(({ type }) => type === "domain.released");
    expect(released).toMatchObject([{ data: { domain, name: "acme.com" } }]);
    const grace = await place.world.person("grace@example.org");
    const { id } = await place.world.as(grace, () => Organization.create({ name: "Globex" }));
    const run = <R>(of: () => Promise<R>) => place.world.as(grace, of, { id, role: "owner" });
    place.world.zone.add((await run(() => Domain.add({ name: "acme.com" }))).record);
    expect(await run(() => Check.check({ domain }))).toMatchObject({ state: "verified" });
  });

  test("gets them back when it is restored, by the next check, with how people join", async () => {
    await remove();
    await followed();
    await restore();
    await followed();
    expect(await tick()).toEqual({ checked: 1 });
    expect(await claim()).toMatchObject({ organization: place.organization, mode: "automatic" });
    expect(await row()).toMatchObject({ state: "verified" });
  });

  test("loses nothing if it is restored before anything follows from its deletion", async () => {
    await remove();
    await restore();
    await followed();
    expect(await claim()).toMatchObject({ organization: place.organization });
    expect(await row()).toMatchObject({ state: "verified", revision: 0 });
  });

  test("gives back what a check finds, if nothing has followed from its deletion", async () => {
    await remove();
    expect(await tick()).toEqual({ checked: 1 });
    expect(await claim()).toBeUndefined();
    expect(await tick()).toEqual({ checked: 0 });
  });

  test("claims nothing by a check that was under way", async () => {
    await place.world.table.write(
      update(domainKeys.domain(place.organization, domain), { set: { state: "waiting" } }),
      {
        do: "remove",
        key: domainKeys.domainClaim(domain),
      },
    );
    const { dns } = place.world.zone;
    let isDeleted = false;
    const text = async (name: string) => {
      if (!isDeleted) {
        isDeleted = true;
        await remove();
      }
      return dns.text(name);
    };
    place.world.rebind({ dns: { text } });
    expect(await tick()).toEqual({ checked: 0 });
    expect(await claim()).toBeUndefined();
  });
});
