import { auditKeys } from "@muster/core/audit/keys.ts";
import * as ID from "@muster/core/base/id.ts";
import { provide } from "@muster/core/kernel/context.ts";
import { instant } from "@muster/core/kernel/ports.ts";
import { type Cohort, nameOf } from "@muster/core/setting/cohort.ts";
import { settingKeys } from "@muster/core/setting/keys.ts";
import { preview } from "@muster/core/setting/preview.ts";
import { type Put, put, type Table } from "@muster/core/table/table.ts";
import * as Team from "@muster/core/team/team.ts";
import { meter } from "@muster/local/testing/costs/meter.ts";
import { putAll } from "@muster/local/testing/fixtures/rows.ts";
import { seededRandom } from "@muster/local/testing/random.ts";
import { openDeployment } from "../shared/deployment.ts";
import { count, head, median, row, sizesIn } from "../shared/output.ts";

/**
 * Previews of changes in an organization of 100,000 members who are in few or many cohorts, and in 100 teams of which
 * each overrides a few settings. The engine keeps its rows in a file.
 */
const members = 100_000;
const usual = [200, 5_000, 10_000, 20_000];
const teamCount = 100;
const rounds = 9;

const websites = Array.from({ length: 50_000 }, (_, i) => `site-${i}.example.com`);
const changes: [what: string, input: Parameters<typeof preview>[0]][] = [
  ["one setting", { fields: { "features.telemetry": { value: true } } }],
  [
    "one of each section, with allowed models",
    {
      fields: {
        "features.processing": { value: false, isLocked: true },
        "models.isRestricted": { value: true },
        "models.allowed": { value: ["openai/gpt-4.1"] },
        "sources.blocked": { value: ["slack"], isLocked: true },
        "websites.denied": { value: ["example.com"] },
      },
    },
  ],
  ["50,000 websites, locked", { fields: { "websites.denied": { value: websites, isLocked: true } } }],
];

/** @param words the numbers of cohorts */
export async function run(words: string[]): Promise<void> {
  await openDeployment(async ({ table, client, founder, found }) => {
    const costs = meter(client);
    head(2, ["Cohorts", "Change", "Trips", "RRU", "ms", "Counted"]);
    for (const size of sizesIn(words, usual)) {
      const organization = await found(`Of ${size}`);
      await fill(table, organization, size);
      const actor = { ...founder, type: "member" as const, organization, role: "owner" as const };
      for (const [what, input] of changes) {
        const look = () => provide({ actor }, () => preview(input));
        const { changed, isExact } = await look();
        const times: number[] = [];
        for (let round = 0; round < rounds; round++) {
          const begun = performance.now();
          await look();
          times.push(performance.now() - begun);
        }
        const { trips, readUnits } = await costs.measure(look);
        const counted = `${count(changed)}${isExact ? "" : " or more"}`;
        row([count(size), what, trips, readUnits, median(times).toFixed(0), counted]);
      }
    }
  });
}

/** Divides the members of an organization into so many cohorts: the rows that a preview reads, and none of a member. */
async function fill(table: Table, id: ID.ID<"organization">, size: number): Promise<void> {
  const random = seededRandom(size);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  const teams = Array.from({ length: teamCount }, (_, i) => ID.derive("team", `${size} ${i}`));
  const rows: Put[] = teams.flatMap((team, i) => {
    const entries = { [pick(["features.telemetry", "features.processing", "sources.blocked"])]: { value: [] } };
    const at = instant();
    const section = { value: { entries }, revision: 0, at, by: ID.derive("account", "ada") };
    const added = Team.adding(id, team, { name: `Team ${i}`, revision: 0, createdAt: at });
    return [...added.filter((step) => step.do === "put"), put(settingKeys.section(id, team), section)];
  });
  const cohorts = new Map<string, Cohort>();
  while (cohorts.size < size) {
    const own = {
      ...(random() < 0.5 && { "features.telemetry": { value: random() < 0.5 } }),
      ...(random() < 0.3 && { "sources.blocked": { value: [`app-${Math.floor(random() * 2_000)}`] } }),
      ...(random() < 0.3 && { "websites.denied": { value: [`own-${Math.floor(random() * 2_000)}.example.com`] } }),
    };
    const mine = new Set(Array.from({ length: Math.floor(random() * 4) }, () => pick(teams)));
    const cohort = { teams: [...mine].toSorted(), own };
    cohorts.set(nameOf(cohort), cohort);
  }
  for (const [name, cohort] of cohorts) {
    rows.push(put(settingKeys.cohort(id, name), { ...cohort, members: members / size }));
  }
  await putAll({ table }, rows);
  // the founder's own membership is not among them
  await table.write(put(auditKeys.stats(id), { seq: 1_000_000, hash: "", day: "", active: members - 1, owner: 1 }));
}
