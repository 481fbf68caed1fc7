import { addDomain } from "@muster/local/testing/fixtures/domains.ts";
import { differs } from "@muster/local/testing/invariants/differs.ts";
import { type Scenario, type ScenarioContext, testGuards } from "@muster/local/testing/invariants/scenario.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { describe } from "vitest";
import * as Deletion from "../organization/deletion.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Organization from "../organization/organization.ts";
import * as Check from "./check.ts";
import { idOf } from "./claim.ts";
import * as Domain from "./domain.ts";
import * as Join from "./join.ts";
import { domainKeys } from "./keys.ts";

const domain = idOf("acme.com");
type State = "waiting" | "verified";
type Act = (context: ScenarioContext, bob: Person) => Promise<unknown>;

const asAda = ({ fixture }: ScenarioContext, run: () => Promise<unknown>) => resultOf(fixture.as(fixture.ada, run));
const join: Act = ({ fixture: { world, organization } }, bob) =>
  resultOf(world.as(bob, () => Join.join({ organization })));
const close: Act = (context) => asAda(context, () => Domain.changeJoin({ domain, join: { mode: "off" } }));
const weaken: Act = (context) => asAda(context, () => Domain.changeJoin({ domain, join: { role: "read" } }));
const verify: Act = (context) => asAda(context, () => Check.check({ domain }));
const remove: Act = (context) => asAda(context, () => Domain.remove({ domain }));
const end: Act = (context) => asAda(context, () => Deletion.deleteByName({ name: "Acme" }));
const inviteAll: Act = ({ actions, fixture }) =>
  actions.send(fixture.ada, ...Array.from({ length: 6 }, (_, n) => ({ email: `q${n}@example.com` })));

/** Another organization verifies the same domain. */
const verifyElsewhere: Act = async ({ fixture: { world } }) => {
  const grace = await world.person("grace@example.com");
  const { id } = await world.as(grace, () => Organization.create({ name: "Globex" }));
  const run = <R>(of: () => Promise<R>) => world.as(grace, of, { id, role: "owner" });
  world.zone.add((await run(() => Domain.add({ name: "acme.com" }))).record);
  return (await run(() => Check.check({ domain }))).state;
};

/** The domain is open to Bob, or waits. The second action happens while the first one runs. */
const withDomain =
  (state: State, slow: Act, fast: Act, answers: [string, string]): Scenario =>
  async (context) => {
    const { fixture, invariants, overtake } = context;
    const { world, organization } = fixture;
    const bob = await world.person("bob@acme.com");
    await addDomain(world, organization, "acme.com", { state, mode: "suggest", role: "write" });
    const found = await overtake(
      () => slow(context, bob),
      () => fast(context, bob),
    );
    return [
      ...(await invariants.check()),
      ...differs("answers", found.join(), answers.join()),
      ...(await claimsOf(context)),
    ];
  };

/** A claim has an organization whose domain is verified, and a verified domain has its claim. */
async function claimsOf({ fixture: { world, organization } }: ScenarioContext): Promise<string[]> {
  const [row, claim, owner] = await world.table.getMany([
    domainKeys.domain(organization, domain),
    domainKeys.domainClaim(domain),
    organizationKeys.organization(organization),
  ]);
  const isOurs = claim?.organization === organization;
  const verified = (await world.rows.scan()).filter(({ sk, state }) => sk === domain && state === "verified");
  return [
    ...(verified.length > 1 ? [`${verified.length} organizations have the domain`] : []),
    ...differs("whether the claim is ours", isOurs, row?.state === "verified"),
    ...(isOurs && owner?.state === "deleted" ? ["a deleted organization has a claim"] : []),
  ];
}

const races: Record<string, Scenario> = {
  "member.joined: #claim": withDomain("verified", join, close, ["domain.not_joinable", "done"]),
  "member.joined: organization": withDomain("verified", join, inviteAll, ["domain.no_seat", "done"]),
  "domain.verified: #claim": withDomain("waiting", verify, verifyElsewhere, ["done", "verified"]),
  "domain.verified: organization": withDomain("waiting", verify, end, ["domain.missing", "done"]),
  [`domain.removed: ${domain}`]: withDomain("waiting", remove, verify, ["domain.changed", "done"]),
  [`domain.verified: ${domain}`]: withDomain("waiting", verify, remove, ["domain.missing", "done"]),
};

describe("while one runs, another happens first", () => {
  testGuards(races, (guard) => guard in races);
});

describe("somebody who joins while owners lower the role", () => {
  testGuards(
    { "member.joined: #claim": withDomain("verified", join, weaken, ["domain.not_joinable", "done"]) },
    (guard) => guard === "member.joined: #claim",
  );
});
