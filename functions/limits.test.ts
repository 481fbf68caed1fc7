import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { daySeconds, hourSeconds, minuteSeconds } from "@muster/core/base/duration.ts";
import { idempotencyHours, reauthenticationMinutes } from "@muster/core/base/limits.ts";
import * as Billing from "@muster/core/billing/limits.ts";
import * as Departure from "@muster/core/departure/limits.ts";
import * as Device from "@muster/core/device/limits.ts";
import * as Domain from "@muster/core/domain/limits.ts";
import * as Figure from "@muster/core/figure/limits.ts";
import * as Import from "@muster/core/import/limits.ts";
import * as Invitation from "@muster/core/invitation/limits.ts";
import * as Member from "@muster/core/member/limits.ts";
import * as Notification from "@muster/core/notification/limits.ts";
import * as Organization from "@muster/core/organization/limits.ts";
import * as Purge from "@muster/core/purge/limits.ts";
import * as Limits from "@muster/core/rate/limits.ts";
import { places } from "@muster/core/rate/places.ts";
import { maxExamined } from "@muster/core/search/find.ts";
import * as Secret from "@muster/core/secret/limits.ts";
import * as Session from "@muster/core/session/limits.ts";
import * as Setting from "@muster/core/setting/limits.ts";
import * as Team from "@muster/core/team/limits.ts";
import * as Update from "@muster/core/update/limits.ts";
import { fields, maxEntries } from "@muster/settings/fields.ts";
import { expect, test } from "vitest";
import { maxKibibytes, maxKibibytesOfLists } from "./api/body.ts";
import { deadLetterDays } from "./queue/limits.ts";
import { commentsOf } from "./testing/doc-comments.ts";

// Numbers in documents are those of the code.

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string) => readFileSync(root + file, "utf8");
const number = (value: number) => value.toLocaleString("en");

/** A window in words: "5 in 15 minutes", "20 a day". */
function textOf({ quota, windowSeconds }: Limits.Window): string {
  const units = [
    { name: "a day", seconds: daySeconds },
    { name: "an hour", seconds: hourSeconds },
    { name: "a minute", seconds: minuteSeconds },
  ];
  const unit = units.find(({ seconds }) => seconds === windowSeconds)?.name;
  return `${number(quota)} ${unit ?? `in ${windowSeconds / minuteSeconds} minutes`}`;
}
/** The values of `docs/limits.md`, without those that are no number of this repository's code. */
const values: Record<string, string> = {
  Attempts: `${Session.maxAttempts} per code`,
  "Sign-in code": `valid for ${Session.codeMinutes} minutes`,
  Session: `${Session.lifetimeDays} days, or ${Session.idleDays} days without use`,
  "Confirmed identity": `valid for ${reauthenticationMinutes} minutes`,
  "API keys": `${Secret.maxSecretsPerOrganization} per organization`,
  "Teams that an API key is restricted to": `${Secret.maxTeamsOfSecret}`,
  "Devices of a member in an organization": `${Device.maxDevicesPerMember}`,
  "A token without contact": `${Device.lifetimeDays} days`,
  "A token before it gets a successor": `${Device.rotationDays} days`,
  "A device code, and its user code": `${Device.codeMinutes} minutes`,
  "Requests of a device that wait for a change, but for a local run": `${places.length} at a time; others are answered at once`,
  "Departures that an API key names": `${Departure.maxNamed}`,
  Domains: `${Domain.maxDomainsPerOrganization} per organization`,
  "A domain whose DNS record is lost stays verified": `for ${Domain.warningDays} days`,
  Teams: `${number(Team.maxTeamsPerOrganization)} per organization`,
  "Teams of a member": `${Team.maxTeams}`,
  "Automatic seats": `up to the limit that an owner sets, with 1 to ${Billing.maxSpareSeats} kept free`,
  "Unused automatic seats": `removed ${Billing.lowerSeatsHours} hours before a period ends, unless someone has changed seats within ${Billing.settledDays} days, or requested some that they got or wait for; again ${Billing.hoursBetweenReductions} hours later`,
  "A request for seats": `expires after ${Billing.requestDays} days`,
  "Reports of one text that are kept": `${Update.maxReports}`,
  "Text of an update, of a comment": `${number(Update.contentLength)} and ${number(Update.commentLength)} characters`,
  "Tags of an update": `${Update.maxTags}`,
  "Mentions in a text": `${Update.maxMentions}`,
  "Pinned updates": `${Update.maxPins} in the organization, and in each team`,
  "Deleted updates and comments can be restored": `for ${Update.undoMinutes} minutes`,
  "When a member last looked at a feed": `${Update.visitDays} days`,
  "Former members can be restored": `for ${Member.formerDays} days`,
  "Deleted organizations can be restored": `for ${Organization.restorableDays} days`,
  "Per request": `${Invitation.maxRows}`,
  "Stay open": `${Invitation.minDays} to ${Invitation.maxDays} days, ${Invitation.presetDays} by default`,
  "Resend cooldown": `${Invitation.cooldownMinutes} minutes after the last email`,
  "Request a new invitation with an old link": `once in ${Invitation.requestHours} hours`,
  Reminder: `${Invitation.remindBeforeHours} hours before expiry, if the invitation lasts at least ${Invitation.minRemindedDays} days and is ${Invitation.minRemindedAgeHours} hours old`,
  "Ended invitations are kept": `for ${Invitation.endedDays} days`,
  "A mention of a team is emailed": `up to ${Notification.maxMailedTeam} members`,
  "A daily digest tells": `up to ${Notification.digestSize} notifications`,
  "A daily digest comes late": `up to ${Notification.digestLateHours} hours`,
  "Daily figures": `${Figure.keptDays} days`,
  Notifications: `${Notification.keptDays} days`,
  "Import files and reports": `${Import.keptDays} days`,
  "Uploads, which imports copy": `${Import.uploadDays} days`,
  "Import records": `${Import.keptDays} days after the import ends`,
  "Reports of billing sweeps": `${Billing.reportDays} days`,
  "Reports of purges": `${Purge.reportDays} days`,
  "Responses stored under an `Idempotency-Key`": `${idempotencyHours} hours`,
  "Dead letters": `${deadLetterDays} days`,
  "Entries of a setting's list": `${number(maxEntries)}, or ${number(fields["websites.denied"].maxEntries ?? 0)} denied websites`,
  "Overrides of a team": `${number(Setting.maxTeamLength)} characters`,
  "Choices of a member": `${number(Setting.maxOwnLength)} characters`,
  "A note on a change": `${Setting.maxNote} characters`,
  "Request body": `${maxKibibytes} KiB`,
  "Request body with lists of settings": `${number(maxKibibytesOfLists)} KiB`,
  "Members examined by one search": number(maxExamined),
};
const withoutConstant = ["Events of an organization", "Function logs"];

const [byHand = "", ofRates = ""] = read("docs/limits.md").split("\n## Rate limits\n");
const rows = [...byHand.matchAll(/^\| (?!What|---)(.+?) \| (.+?) \| (.+?) \|$/gm)];

test("docs/limits.md has the numbers of the code", () => {
  const said = rows
    .map(([, what = "", value = ""]) => [what, value] as const)
    .filter(([what]) => !withoutConstant.includes(what));
  expect(Object.fromEntries(said)).toEqual(values);
});

test("docs/limits.md names files and constants that exist", () => {
  const named = rows.map(([, , , where = ""]) => /^(?:`(\w+)` in )?`([^`]+)`$/.exec(where) ?? [where]);
  const isThere = ([, name = "", path = ""]: string[]) =>
    path !== "" && existsSync(root + path) && (name === "" || read(path).includes(`const ${name} =`));
  expect(named.filter((one) => !isThere(one)).map(([where]) => where)).toEqual([]);
});

const windowsOf = new Map(
  Object.entries<unknown>(Limits).flatMap(([name, one]) =>
    (one as Limits.Limit).windows ? [[name, (one as Limits.Limit).windows]] : [],
  ),
);

/** The table of all rate limits, of their comments: a sentence that says what is limited, and then the reasons. */
function tableOfRates(): string {
  const boundsOf = (name: Limits.RequestLimitName) => {
    const { min, max } = Limits.requestLimits[name];
    return ` (\`${name}\`, ${number(min)} to ${number(max)})`;
  };
  const quotaOf = (window: Limits.Window) => textOf(window) + (window.configured ? boundsOf(window.configured) : "");
  const lines = [...commentsOf(`${root}core/rate/limits.ts`)].flatMap(([name, comment]) => {
    const request = Limits.requestLimitNames.find((one) => one === name);
    const ofRequest = request && number(Limits.requestLimits[request].value) + boundsOf(request);
    const quota = windowsOf.get(name)?.map(quotaOf).join(", ") ?? ofRequest;
    const [, what, why = ""] = /^(.+?)\.(?: (.+))?$/.exec(comment) ?? [];
    return quota === undefined ? [] : [`| ${what} | ${quota} | ${why} |`];
  });
  return ["| What | At most | Why |", "|---|---|---|", ...lines].join("\n");
}

test("docs/limits.md lists every rate limit, with its reason", () => {
  const rates = ofRates.replace(/^\|.*\|$(\n^\|.*\|$)*/m, tableOfRates());
  if (process.env["MUSTER_WRITE"]) writeFileSync(`${root}docs/limits.md`, `${byHand}\n## Rate limits\n${rates}`);
  expect(read("docs/limits.md"), "Run npm run openapi.").toBe(`${byHand}\n## Rate limits\n${rates}`);
});

test("every rate limit has a comment, and the table the name of each that an operator sets", () => {
  const described = [...commentsOf(`${root}core/rate/limits.ts`).keys()];
  expect(windowsOf.size).toBeGreaterThan(30);
  expect([...windowsOf.keys()].filter((name) => !described.includes(name))).toEqual([]);
  const table = tableOfRates();
  expect(Limits.requestLimitNames.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
});

test.each([
  ["docs/imports.md", `| File | ${Import.maxMebibytes} MiB |`],
  ["docs/imports.md", `| Upload form | valid for ${Import.uploadMinutes} minutes |`],
  ["docs/imports.md", `| Files, reports, and import records | kept for ${Import.keptDays} days |`],
  ["docs/imports.md", `| Uploads in \`imports/\` | kept for ${Import.uploadDays} days |`],
  ["docs/imports.md", `decided on the first ${Import.prefixBytes / 1024} KiB`],
  ["docs/deletion.md", `**${Organization.restorableDays} days.** An owner can restore it`],
  ["docs/deletion.md", `It names nobody. | ${Purge.reportDays} days;`],
  ["docs/deletion.md", `organization ids and numbers. | ${Billing.reportDays} days |`],
  ["docs/operating.md", `Purges organizations deleted ${Organization.restorableDays} days ago`],
  ["docs/deploying.md", `Messages stay for ${deadLetterDays} days`],
  ["docs/glossary.md", `delete for good, ${Organization.restorableDays} days after deletion`],
])("%s says: %s", (file, sentence) => {
  expect(read(file)).toContain(sentence);
});
