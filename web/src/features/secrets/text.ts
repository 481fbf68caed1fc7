import { kindNames, labels, type RotationReason, rotationReasons } from "@muster/core/secret/kind/shape.ts";
import { isChecking } from "#lib/secret-check.ts";
import type { Secret } from "#lib/secrets.ts";
import type { Tone } from "#ui/badge.tsx";

/** The providers in the order of the page, and their kinds of keys. */
const providers: { name: string; kinds: readonly string[] }[] = [
  { name: "OpenAI", kinds: ["openai"] },
  { name: "Google", kinds: ["gemini", "vertex_ai"] },
  { name: "Anthropic", kinds: ["anthropic"] },
  { name: "Amazon Bedrock", kinds: ["bedrock_credentials", "bedrock_api_key"] },
  { name: "Azure OpenAI", kinds: ["azure_openai"] },
];

const known: ReadonlySet<string> = new Set(providers.flatMap(({ kinds }) => kinds));

/** Returns the keys of each provider that has any. A kind that only a newer release knows is at the end. */
export function groupByProvider(secrets: readonly Secret[]) {
  const groups = providers.map(({ name, kinds }) => ({
    name,
    secrets: secrets.filter(({ kind }) => kinds.includes(kind)),
  }));
  const others = secrets.filter(({ kind }) => !known.has(kind));
  return [...groups, { name: "Other providers", secrets: others }].filter((group) => group.secrets.length > 0);
}

/** The kinds to choose from. */
export const kindOptions = kindNames.map((value) => ({ value, label: labels[value] }));

/** Returns the words for a kind beside its provider's name; nothing for the only kind of a provider. */
export function variantOf(kind: string): string | undefined {
  const variants: Record<string, string> = {
    gemini: "Gemini",
    vertex_ai: "Vertex AI",
    bedrock_credentials: "Access credentials",
    bedrock_api_key: "API key",
  };
  return variants[kind];
}

export type State = { label: string; tone: Tone };

export function checkState(secret: Secret, now: number): State | undefined {
  const { check } = secret;
  if (check === undefined || check.status === "unknown") {
    return undefined;
  }
  return isChecking(secret, now) ? { label: "Checking", tone: "accent" } : checkStates[check.status];
}

const checkStates: { [S in Exclude<NonNullable<Secret["check"]>["status"], "unknown">]: State } = {
  pending: { label: "Not checked yet", tone: "neutral" },
  valid: { label: "Valid", tone: "success" },
  refused: { label: "Refused", tone: "danger" },
  unreachable: { label: "Not confirmed", tone: "warning" },
  damaged: { label: "Damaged", tone: "danger" },
};

/** Says what is to be known about the last check beyond its label. */
export function checkSentence({ check }: Secret): string | undefined {
  if (check?.status === "damaged") {
    return "The stored key cannot be used. Replace it.";
  }
  return check?.status === "unreachable" ? check.reason : undefined;
}

/** Says why a key should be replaced, one sentence for each reason. */
export const rotationSentences = ({ rotation = [] }: Secret): { reason: RotationReason; sentence: string }[] =>
  rotation.map(({ reason }) => ({ reason, sentence: rotationReasons[reason] }));

export function usersOf({ teams }: Pick<Secret, "teams">): string {
  if (teams === undefined) {
    return "Every member";
  }
  return teams.length === 0 ? "Nobody, because its teams were deleted" : teams.map(({ name }) => name).join(", ");
}
