import { setTimeout as pause } from "node:timers/promises";
import type { ID } from "@muster/core/base/id.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { depth, seed, seededRandom } from "./testing/random.ts";
import { type Caller, openCaller, until } from "./testing/worlds/caller.ts";
import { type Instance, openPlace, type Place } from "./testing/worlds/instance.ts";
import { grantSeats, scan } from "./testing/worlds/scan.ts";
import { readReport, upload, watch } from "./testing/worlds/upload.ts";

const kills = depth(2, 20);
const seats = 40;
/** A message whose worker was killed is visible again after half a minute, and mails are sent at a limited rate. */
const mailPatienceMs = 600_000;

/**
 * Three chunks of a file, with line ends in quotes, duplicates, a row without an address, unknown roles, and too few
 * seats.
 */
const filler = "x".repeat(12_000);
const lines = Array.from({ length: 240 }, (_, n) => {
  if (n % 20 === 7) return `nobody ${n},,"${filler}"`;
  if (n % 20 === 13) return `person-${n - 6}@DOMAIN,boss,"${filler}"`;
  if (n % 20 === 17) return `Person-${n - 2}@DOMAIN,write,"again\n${filler}"`;
  return `person-${n}@DOMAIN,${n % 3 === 0 ? "write" : ""},"a\nb ${filler}"`;
});
/** Each import has people of its own: nobody gets many mails in an hour. */
const domainOf = (organization: string) => `${organization.slice(-8).toLowerCase()}.example.com`;
const fileOf = (organization: string) =>
  new Blob([`email,role,notes\n${lines.join("\n").replaceAll("DOMAIN", domainOf(organization))}\n`]);

let place: Place;
let caller: Caller;
let running: Instance;
let token: string;
beforeAll(async () => {
  place = await openPlace();
  caller = openCaller(place.url);
  await launch();
  token = await caller.signIn("ada@example.com");
});
afterAll(() => place.leave());

async function launch(environment: Record<string, string> = {}): Promise<void> {
  running = place.launch(environment);
  await running.ready;
}

type Row = Record<string, unknown>;
type Outcome = {
  report: string[];
  counts: object;
  people: string[];
  free: unknown;
  invited: number;
  isInvitedOnce: boolean;
};

const isInvited = ({ sk, state }: Row, organization: string) => sk === organization && state === "pending";

/** Everything that an import has left behind, without instants and ids. */
async function outcomeOf(organization: string, path: string): Promise<Outcome> {
  const { counts } = await watch(caller, path, token);
  const domain = domainOf(organization);
  const report = (await readReport(caller, path, token)).replaceAll(domain, "DOMAIN").split("\r\n");
  const rows = await until(async () => {
    const found = await scan(place.folder);
    return found.some(({ pk }) => pk === `${organization}#out`) ? undefined : found;
  });
  const addresses = rows.filter((row) => isInvited(row, organization));
  const log = rows.filter(({ pk, type }) => pk === `${organization}#log` && type === "invitation.created");
  const invited = log.flatMap(({ data }) => (data as { invitations: string[] }).invitations);
  return {
    report,
    counts,
    people: addresses
      .map(({ email, role, state, attempt, line }) => [email, role, state, attempt, line].join(" ").replace(domain, ""))
      .toSorted(),
    free: rows.find(({ pk, sk }) => pk === organization && sk === "#org")?.free,
    invited: invited.length,
    isInvitedOnce: new Set(invited).size === invited.length,
  };
}

/** Returns who did not get exactly one mail; one whose sender was killed may be missing, and then the row says so. */
async function wronglyMailed(organization: string): Promise<string[]> {
  const look = async () => {
    const rows = await scan(place.folder);
    const addresses = rows.filter((row) => isInvited(row, organization));
    const wrong = addresses.map(async ({ email, mail }: Row) => {
      const mails = (await caller.mailsTo(String(email))).filter(({ tags }) => tags.organization === organization);
      const isRight = mails.length === 1 || (mails.length === 0 && mail === "unconfirmed");
      return isRight ? [] : [`${String(email)} got ${mails.length} mails, and the row says ${String(mail)}`];
    });
    return (await Promise.all(wrong)).flat();
  };
  let wrong: string[] = [];
  await until(async () => {
    wrong = await look();
    return wrong.length === 0 ? true : undefined;
  }, mailPatienceMs).catch(() => {});
  return wrong;
}

async function found(name: string): Promise<ID<"organization">> {
  const { id } = await caller.insist("POST", "/organizations", { token, body: { name } });
  await grantSeats(place.folder, id as ID<"organization">, seats);
  return id as ID<"organization">;
}

test(`an import that is killed at ${kills} moments by the seed ${seed} ends like one that is not`, async () => {
  const random = seededRandom(seed);
  const calm = await found("Calm");
  const started = Date.now();
  const calmPath = `/organizations/${calm}/imports/${await upload(caller, calm, token, fileOf(calm))}`;
  const expected = await outcomeOf(calm, calmPath);
  const calmMs = Date.now() - started;
  expect(await wronglyMailed(calm)).toEqual([]);
  expect(expected.counts).toMatchObject({ invited: seats, unknown_role: 12, invalid_email: 12 });
  expect(expected.people).toHaveLength(seats);

  const wrong: string[] = [];
  for (let n = 1; n <= kills; n++) {
    // while it is read and invited, or while mails are sent too
    const byCall = n % 2 === 0 ? 1 + Math.floor(random() * (n % 4 === 0 ? 60 : 400)) : undefined;
    const afterMs = Math.floor(random() * calmMs);
    const moment = byCall === undefined ? `after ${afterMs} ms` : `at call ${byCall}`;
    if (byCall !== undefined) {
      running.kill();
      await running.ended;
      await launch({ MUSTER_FAULT: `kill@${byCall}` });
    }
    const organization = await found(`Killed ${n}`).catch(() => undefined);
    const victim = running;
    const revived = victim.ended.then(() => launch());
    const id = organization && (await upload(caller, organization, token, fileOf(organization)).catch(() => undefined));
    await pause(byCall === undefined ? afterMs : 0);
    if (byCall === undefined || !id) victim.kill();
    if (!organization || !id) {
      await revived; // it was killed before there was anything to import
      continue;
    }
    const path = `/organizations/${organization}/imports/${id}`;
    const outcome = await outcomeOf(organization, path);
    wrong.push(...(await wronglyMailed(organization)).map((one) => `killed ${moment}: ${one}`));
    victim.kill();
    await revived;
    expect((await victim.ended).signal).toBe("SIGKILL");
    for (const what of Object.keys(expected) as (keyof Outcome)[]) {
      if (JSON.stringify(outcome[what]) !== JSON.stringify(expected[what])) {
        wrong.push(`killed ${moment}: another ${what}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});
