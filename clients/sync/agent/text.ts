import type { Status } from "../status.ts";
import type { Mode, Why } from "../values.ts";

// What the agent prints for a person.

const modes: Record<Mode, string> = {
  current: "the organization's settings apply",
  kept: "offline for too long; the last settings are kept",
  stale: "offline for too long; the strict value of each setting applies",
  missing: "no settings yet; the strict value of each setting applies",
  damaged: "the copy on disk is damaged; the strict value of each setting applies until the next answer",
  wiped: "the organization's settings were removed",
};

const layers: Record<string, string> = {
  preset: "the product",
  operator: "the operator",
  plan: "the plan",
  organization: "the organization",
  team: "the team",
  member: "you",
};

const said = (value: unknown) => (Array.isArray(value) ? `${value.length} entries` : String(value));

/** Says which settings apply now, in a line of a log. */
export function settingsLine({ mode, revision, heldBack }: Pick<Status, "mode" | "revision" | "heldBack">): string {
  const which = [mode, ...(revision === undefined ? [] : [`revision ${revision}`])].join(", ");
  return heldBack === undefined ? which : `${which}, without revision ${heldBack}: waiting for its rollout`;
}

export function statusLines(status: Status): string[] {
  const { organization, device, server, mode, revision, heldBack, takenAt, lastRequest, pendingReceipts } = status;
  return [
    `Organization  ${organization.name} at ${server}`,
    `Device        ${device}`,
    `Settings      ${revision === undefined ? "none" : `revision ${revision}, confirmed ${takenAt}`}`,
    `              ${modes[mode]}`,
    ...(heldBack === undefined
      ? []
      : [`              without revision ${heldBack}, whose rollout has not come here yet`]),
    ...(lastRequest ? [`Last request  ${lastRequest.at}: ${lastRequest.outcome}`] : []),
    `Receipts      ${pendingReceipts} to be sent`,
  ];
}

export function whyLines(key: string, { value, isInForce, mode, source, steps, mayChange }: Why): string[] {
  const inForce = isInForce ? "" : " (not in force: the setting that it belongs to is off)";
  if (!source) return [`${key}: ${said(value)}${inForce}`, `  ${modes[mode]}`];
  const named = ({ kind, name }: { kind: string; name?: string }) =>
    [layers[kind] ?? kind, name].filter(Boolean).join(" ");
  return [
    `${key}: ${said(value)}${inForce}`,
    `  set by ${named(source)}${mayChange ? "; you may choose another value" : ""}`,
    ...steps.map(
      (step) =>
        `  ${named(step.source)}: ${step.value === undefined ? "says nothing" : said(step.value)}${step.isLocked ? ", locked" : ""} (${step.state})`,
    ),
  ];
}
