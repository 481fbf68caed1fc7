import { hourMs } from "@muster/core/base/duration.ts";
import { type Calendar, type Cast, invitersOf, owner } from "./cast.ts";
import type { Action, DemoOrganization } from "./scenarios.ts";

/** Keys in the form of each provider's, which no provider ever gave to anybody. */
const demoKey = (begins: string, length: number) => begins.padEnd(length, "DEMO0demo1");
const openai = (end: string) => ({ kind: "openai" as const, key: `${demoKey("sk-proj-", 60)}${end}` });
const anthropic = { kind: "anthropic" as const, key: demoKey("sk-ant-api03-", 108) };
const gemini = { kind: "gemini" as const, key: demoKey("AIza", 39) };
const azure = {
  kind: "azure_openai" as const,
  key: "de0".padEnd(32, "0123456789abcdef"),
  endpoint: "https://meridian-labs.openai.azure.com",
  deployment: "gpt-4o",
  apiVersion: "2024-10-21",
};
const bedrock = {
  kind: "bedrock_credentials" as const,
  accessKeyId: "AKIADEMOREFUSEDDEMO0",
  secretAccessKey: demoKey("aws", 40),
  region: "eu-north-1",
};

type Parts = { organization: DemoOrganization; cast: Cast; calendar: Calendar };

/**
 * Stored API keys of several providers: one was replaced, one is for a team, one is disabled, one was deleted, and three
 * were checked, of which the provider refuses one.
 */
export function secretActions({ organization, cast, calendar }: Parts): Action[] {
  const [, admin = owner] = invitersOf(cast);
  const start = calendar.at(0.3);
  const later = calendar.at(0.92);
  return [
    { at: start, run: () => organization.addSecret(owner, "Production", openai("0001")) },
    { at: start + hourMs, run: () => organization.addSecret(admin, "Assistants", anthropic) },
    { at: start + 2 * hourMs, run: () => organization.addSecret(admin, "Trial of Gemini", gemini) },
    { at: start + 3 * hourMs, run: () => organization.addSecret(owner, "Azure, Sweden", azure) },
    { at: start + 4 * hourMs, run: () => organization.addSecret(owner, "Batch jobs", bedrock) },
    { at: later, run: () => organization.restrictSecret(admin, "Assistants", ["Engineering"]) },
    { at: later + hourMs, run: () => organization.editSecret(owner, "Batch jobs", { status: "disabled" }) },
    { at: later + hourMs, run: () => organization.editSecret(owner, "Azure, Sweden", { status: "disabled" }) },
    { at: later + 2 * hourMs, run: () => organization.editSecret(owner, "Azure, Sweden", { status: "enabled" }) },
    { at: later + 2 * hourMs, run: () => organization.editSecret(owner, "Batch jobs", { name: "Nightly jobs" }) },
    { at: later + 3 * hourMs, run: () => organization.replaceSecret(owner, "Production", openai("0002")) },
    { at: later + 3 * hourMs, run: () => organization.deleteSecret(admin, "Trial of Gemini") },
    { at: later + 4 * hourMs, run: () => organization.checkSecret(owner, "Production") },
    { at: later + 4 * hourMs, run: () => organization.checkSecret(owner, "Azure, Sweden") },
    { at: later + 4 * hourMs, run: () => organization.checkSecret(owner, "Nightly jobs") },
  ];
}
