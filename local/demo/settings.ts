import { dayMs, hourMs, minuteMs } from "@muster/core/base/duration.ts";
import type { Changes } from "@muster/core/setting/entry.ts";
import type { FieldKey } from "@muster/settings/fields.ts";
import { type Calendar, type Cast, invitersOf, owner, spread } from "./cast.ts";
import type { Action, DemoOrganization } from "./scenarios.ts";

const opened: FieldKey[] = ["features.processingMode", "features.telemetry", "sources.audioCapture", "websites.denied"];

const models = [
  "openai/gpt-4.1",
  "openai/gpt-4.1-mini",
  "openai/whisper-1",
  "anthropic/claude-opus-4-1",
  "anthropic/claude-sonnet-4-5",
  "anthropic/claude-haiku-4-5",
];
const applications = ["1password", "bitwarden", "keepassxc", "messages", "signal", "whatsapp"];
const websites = [
  "*.corp.meridian-labs.example",
  "banking.example",
  "facebook.com",
  "health.example",
  "instagram.com",
  "login.microsoftonline.com",
  "mail.google.com",
  "meridian-labs.example/board",
  "meridian-labs.example/people/reviews",
  "patients.example",
  "tiktok.com",
  "web.whatsapp.com",
  "x.com",
];

const locked = <T>(value: T) => ({ value, isLocked: true });

type Save = { by: number; part: number; fields: Changes; openToTeams?: FieldKey[]; note?: string };

/** By the owner, and by two admins: with a mistake among them, and the way back. */
const saves: Save[] = [
  {
    by: 0,
    part: 0.25,
    fields: {
      "features.telemetry": { value: true },
      "features.minimumClientVersion": { value: "0.0.8" },
      "features.internalSummaryReports": { value: true },
    },
    note: "First set-up, as agreed at the kick-off.",
  },
  {
    by: 1,
    part: 0.4,
    fields: {
      "websites.isManaged": { value: true },
      "websites.denied": { value: websites.slice(2, 9) },
      "sources.isManaged": { value: true },
      "sources.blocked": locked(applications.slice(0, 3)),
    },
    note: "Social media, mail and password managers stay out of long-term memory.",
  },
  {
    by: 2,
    part: 0.5,
    fields: {
      "models.isRestricted": { value: true },
      "models.providers": { value: ["anthropic", "openai"] },
      "models.allowed": { value: models },
      "models.summaries": { value: "anthropic/claude-sonnet-4-5" },
      "models.summariesFallback": { value: "openai/gpt-4.1-mini" },
      "models.memoryEvents": { value: "anthropic/claude-haiku-4-5" },
      "models.transcription": { value: "openai/whisper-1" },
    },
    note: "Only providers that we have a contract with.",
  },
  { by: 2, part: 0.6, fields: { "features.processing": { value: false } } },
  {
    by: 0,
    part: 0.61,
    fields: { "features.processing": null },
    note: "Processing was off by mistake. It is back to the default.",
  },
  {
    by: 1,
    part: 0.75,
    fields: {
      "features.telemetry": { value: false },
      "features.minimumClientVersion": { value: "0.1.0" },
      "sources.blocked": locked(applications),
    },
    openToTeams: opened,
    note: "Works council agreement of October.",
  },
  {
    by: 0,
    part: 0.96,
    fields: { "websites.denied": { value: websites } },
    note: "Patient portals and the pages of the board.",
  },
];

type Parts = { organization: DemoOrganization; cast: Cast; calendar: Calendar };

/** Settings that different people have saved, with notes; overrides of two teams; and choices of members. */
export function settingActions({ organization, cast, calendar }: Parts): Action[] {
  const managers = invitersOf(cast);
  const [, admin = owner] = managers;
  const late = calendar.at(0.94);
  const [one = owner, other = owner] = spread(cast.founders, 2);
  return [
    ...saves.map(({ by, part, ...save }) => ({
      at: calendar.at(part),
      run: () => organization.saveSettings(managers[by] ?? owner, save),
    })),
    {
      at: late,
      run: () =>
        organization.saveTeamSettings(admin, "Engineering", {
          fields: { "features.processingMode": { value: "LOCAL" }, "features.telemetry": { value: true } },
          note: "Unreleased hardware is on their screens.",
        }),
    },
    {
      at: late + hourMs,
      run: () =>
        organization.saveTeamSettings(owner, "Leadership", {
          fields: { "sources.audioCapture": locked(false), "features.processingMode": locked("LOCAL") },
        }),
    },
    { at: late + dayMs, run: () => organization.choose(owner, { "features.externalCloud": { value: false } }) },
    {
      at: late + dayMs + minuteMs,
      run: () =>
        organization.choose(one, { "features.telemetry": { value: true }, "models.summaries": { value: models[0] } }),
    },
    {
      at: late + dayMs + hourMs,
      run: () => organization.choose(other, { "websites.denied": { value: [...websites, "news.example"] } }),
    },
  ];
}
