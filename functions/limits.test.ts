import { existsSync, readFileSync } from "node:fs";
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
import { places } from "@muster/core/limit/places.ts";
import * as Mail from "@muster/core/mail/limits.ts";
import * as Member from "@muster/core/member/limits.ts";
import * as Notification from "@muster/core/notification/limits.ts";
import * as Organization from "@muster/core/organization/limits.ts";
import * as Purge from "@muster/core/purge/limits.ts";
import * as Rollout from "@muster/core/rollout/limits.ts";
import { maxExamined } from "@muster/core/search/find.ts";
import * as Seat from "@muster/core/seat/limits.ts";
import * as Secret from "@muster/core/secret/limits.ts";
import * as Session from "@muster/core/session/limits.ts";
import * as Setting from "@muster/core/setting/limits.ts";
import * as Sync from "@muster/core/sync/limits.ts";
import * as Team from "@muster/core/team/limits.ts";
import * as Update from "@muster/core/update/limits.ts";
import { fields, maxEntries } from "@muster/settings/fields.ts";
import { expect, test } from "vitest";
import { maxKibibytes, maxKibibytesOfLists } from "./api/body.ts";
import { deadLetterDays } from "./queue/limits.ts";

// Numbers in documents are those of the code.

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string) => readFileSync(root + file, "utf8");
const number = (value: number) => value.toLocaleString("en");

/** A limit in words: "5 in 15 minutes", "20 a day". */
function textOf({ quota, windowSeconds }: { quota: number; windowSeconds: number }): string {
  const units = [
    { name: "a day", seconds: daySeconds },
    { name: "an hour", seconds: hourSeconds },
    { name: "a minute", seconds: minuteSeconds },
  ];
  const unit = units.find(({ seconds }) => seconds === windowSeconds)?.name;
  return `${number(quota)} ${unit ?? `in ${windowSeconds / minuteSeconds} minutes`}`;
}
const all = (windows: readonly Parameters<typeof textOf>[0][]) => windows.map(textOf).join(", ");

const [perAddress, perAddressAndDay] = Session.codesPerAddress.map(textOf);
const { free, trusted } = Seat.invitationsPerDay;
/** The values of `docs/limits.md`, without those that are no number of this repository's code. */
const limits: Record<string, string> = {
  "Code requests": `${perAddress?.replace(" in ", " per address in ")}, ${perAddressAndDay}; ${textOf(Session.codesPerNetwork).replace(" an ", " per network an ")}`,
  Attempts: `${Session.maxAttempts} per code; ${textOf(Session.attemptsPerNetwork).replace(" an ", " per network an ")}`,
  "Sign-in code": `valid for ${Session.codeMinutes} minutes`,
  Session: `${Session.lifetimeDays} days, or ${Session.idleDays} days without use`,
  "Confirmed identity": `valid for ${reauthenticationMinutes} minutes`,
  "Organizations created": `${textOf(Organization.createdPerAccount)} per account`,
  "API keys": `${Secret.maxSecretsPerOrganization} per organization`,
  "Checks of API keys with their providers": `${Secret.checksPerSecret10Minutes} per key in 10 minutes, ${Secret.checksPerOrganizationHour} per organization an hour`,
  "Teams that an API key is restricted to": `${Secret.maxTeamsOfSecret}`,
  "Devices of a member in an organization": `${Device.maxDevicesPerMember}`,
  "A token without contact": `${Device.lifetimeDays} days`,
  "A token before it gets a successor": `${Device.rotationDays} days`,
  "A device code, and its user code": `${Device.codeMinutes} minutes`,
  "Device codes": `${textOf(Device.codesPerNetwork)} per network`,
  "Wrong user codes of an account": textOf(Device.entriesPerAccount),
  "Wrong user codes of all accounts": textOf(Device.entriesPerDeployment),
  "Documents of a device, but for those that it waits for on a local run": textOf(Sync.documentsPerDevice),
  "Requests of a device that wait for a change, but for a local run": `${places.length} at a time; others are answered at once`,
  "Certificates of departures": `${Departure.certificatesPerHour} per organization an hour`,
  "Departures that an API key names": `${Departure.maxNamed}`,
  Domains: `${Domain.maxDomainsPerOrganization} per organization`,
  "Checks of domains": `${Domain.checksPerDomain10Minutes} per domain in 10 minutes, ${Domain.checksPerOrganizationHour} per organization an hour`,
  "A domain whose DNS record is lost stays verified": `for ${Domain.warningDays} days`,
  Teams: `${number(Team.maxTeamsPerOrganization)} per organization`,
  "Teams of a member": `${Team.maxTeams}`,
  Updates: `${Update.updatesPerHour} an hour per account`,
  Comments: `${Update.commentsPerHour} an hour per account`,
  "Reports of updates and comments": `${Update.reportsPerHour} an hour per account`,
  "Requests for seats": `${textOf({ quota: Billing.requestsPerDay, windowSeconds: daySeconds })} per member`,
  "Automatic seats": `up to the limit that an owner sets, with 1 to ${Billing.maxSpareSeats} kept free`,
  "Changes of automatic seats": `${all(Billing.automaticChangesPerSubscription)}, of all changes of a subscription; for requests ${all(Billing.requestedChangesPerSubscription)}`,
  "Unused automatic seats": `removed ${Billing.lowerSeatsHours} hours before a period ends, unless someone has changed seats within ${Billing.settledDays} days, or requested some that they got or wait for; again ${Billing.hoursBetweenReductions} hours later`,
  "A request for seats": `expires after ${Billing.requestDays} days`,
  "Reports of one text that are kept": `${Update.maxReports}`,
  "Edits of updates and comments": `${Update.editsPerHour} an hour per account`,
  "Text of an update, of a comment": `${number(Update.contentLength)} and ${number(Update.commentLength)} characters`,
  "Tags of an update": `${Update.maxTags}`,
  "Mentions in a text": `${Update.maxMentions}`,
  "Pinned updates": `${Update.maxPins} in the organization, and in each team`,
  "Deleted updates and comments can be restored": `for ${Update.undoMinutes} minutes`,
  "When a member last looked at a feed": `${Update.visitDays} days`,
  "Former members can be restored": `for ${Member.formerDays} days`,
  "Deleted organizations can be restored": `for ${Organization.restorableDays} days`,
  "Per request": `${Invitation.maxRows}`,
  "Per organization and day": `${free} on the free plan, ${number(trusted)} when it pays or has granted seats`,
  "Per account and day, for all organizations together that neither pay nor have granted seats": `${Seat.untrustedInvitationsPerAccount.quota}`,
  "Stay open": `${Invitation.minDays} to ${Invitation.maxDays} days, ${Invitation.presetDays} by default`,
  "Resend cooldown": `${Invitation.cooldownMinutes} minutes after the last email`,
  "Request a new invitation with an old link": `once in ${Invitation.requestHours} hours`,
  Reminder: `${Invitation.remindBeforeHours} hours before expiry, if the invitation lasts at least ${Invitation.minRemindedDays} days and is ${Invitation.minRemindedAgeHours} hours old`,
  "Ended invitations are kept": `for ${Invitation.endedDays} days`,
  "People that the texts of one author notify": `${Notification.peoplePerHour} an hour`,
  "Teams that they notify": `${Notification.teamsPerHour} an hour`,
  "Emails about updates from an organization to one person": textOf(Mail.updateMailsPerReader),
  "Emails about reports, in the same way": textOf(Mail.reportMailsPerReader),
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
  "Previews of settings": `${Setting.previewsPerAccountHour} per account an hour`,
  "Settings files exported, checked, or imported": `${Setting.filesPerAccountHour} per account an hour`,
  "Previews of a rollout": `${Rollout.previewsPerHour} per organization an hour`,
  "A note on a change": `${Setting.maxNote} characters`,
  "Request body": `${maxKibibytes} KiB`,
  "Request body with lists of settings": `${number(maxKibibytesOfLists)} KiB`,
  "Members examined by one search": number(maxExamined),
};
const withoutConstant = ["Events of an organization", "Function logs"];

const rows = [...read("docs/limits.md").matchAll(/^\| (?!What|---)(.+?) \| (.+?) \| (.+?) \|$/gm)];

test("docs/limits.md has the numbers of the code", () => {
  const said = rows
    .map(([, what = "", value = ""]) => [what, value] as const)
    .filter(([what]) => !withoutConstant.includes(what));
  expect(Object.fromEntries(said)).toEqual(limits);
});

test("docs/limits.md names files and constants that exist", () => {
  const named = rows.map(([, , , where = ""]) => /^(?:`(\w+)` in )?`([^`]+)`$/.exec(where) ?? [where]);
  const isThere = ([, name = "", path = ""]: string[]) =>
    path !== "" && existsSync(root + path) && (name === "" || read(path).includes(`const ${name} =`));
  expect(named.filter((one) => !isThere(one)).map(([where]) => where)).toEqual([]);
});

test.each([
  ["docs/imports.md", `| File | ${Import.maxMebibytes} MiB |`],
  ["docs/imports.md", `| Upload form | valid for ${Import.uploadMinutes} minutes |`],
  [
    "docs/imports.md",
    `| Imports created, each with an upload form | ${textOf(Import.createdPerAccount)} per account, ${Import.createdPerOrganization.quota} per organization |`,
  ],
  ["docs/imports.md", `| Invitations a day | ${free} on the free plan;`],
  ["docs/imports.md", `| Files, reports, and import records | kept for ${Import.keptDays} days |`],
  ["docs/imports.md", `| Uploads in \`imports/\` | kept for ${Import.uploadDays} days |`],
  ["docs/imports.md", `decided on the first ${Import.prefixBytes / 1024} KiB`],
  ["docs/emails.md", `from all organizations | ${all(Mail.invitationsPerAddress)};`],
  ["docs/deletion.md", `**${Organization.restorableDays} days.** An owner can restore it`],
  ["docs/deletion.md", `It names nobody. | ${Purge.reportDays} days;`],
  ["docs/deletion.md", `organization ids and numbers. | ${Billing.reportDays} days |`],
  ["docs/operating.md", `Purges organizations deleted ${Organization.restorableDays} days ago`],
  ["docs/deploying.md", `Messages stay for ${deadLetterDays} days`],
  ["docs/glossary.md", `delete for good, ${Organization.restorableDays} days after deletion`],
])("%s says: %s", (file, sentence) => {
  expect(read(file)).toContain(sentence);
});
