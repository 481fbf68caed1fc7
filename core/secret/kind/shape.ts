// Apart from the fields of each kind, so that what only names a kind stays small.

/** Every kind of secret, by the name that it has on screens. */
export const labels = {
  openai: "OpenAI",
  gemini: "Google Gemini",
  vertex_ai: "Google Vertex AI",
  anthropic: "Anthropic",
  bedrock_credentials: "Amazon Bedrock (access credentials)",
  bedrock_api_key: "Amazon Bedrock (API key)",
  azure_openai: "Azure OpenAI",
} as const;

export type KindName = keyof typeof labels;
export const kindNames = Object.keys(labels) as KindName[];

export const labelOf = (kind: string): string => (labels as Record<string, string>)[kind] ?? "another provider";

/** The provider, by its id in the catalog of models, whose models a key is for. */
export const providerOfKind: Readonly<Record<KindName, string>> = {
  openai: "openai",
  azure_openai: "openai",
  gemini: "google",
  vertex_ai: "google",
  anthropic: "anthropic",
  bedrock_credentials: "amazon",
  bedrock_api_key: "amazon",
};

export const statuses = ["enabled", "disabled"] as const;

/** Sentences about keys that are accepted, although something about them is unusual. */
export const warnings = {
  form: "This key does not have the form that its provider's keys usually have. Check that it is complete.",
  temporary: "These credentials are temporary. Replace them before they expire.",
} as const;
export type Warning = keyof typeof warnings;

export const rotationReasons = {
  refused: "The provider refuses this key.",
  exposed: "It is on a device that was revoked, or whose member has left.",
  departed: "The person who entered this key is no longer a member, and may still have it.",
  temporary: "These credentials stop working at a time that their provider has set.",
} as const;
export type RotationReason = keyof typeof rotationReasons;
export const rotationReasonNames = Object.keys(rotationReasons) as RotationReason[];

export const checkStatuses = ["pending", "valid", "refused", "unreachable", "damaged"] as const;
export type CheckStatus = (typeof checkStatuses)[number];

/** The sentences for the reasons that a check has no clear answer. */
export const checkReasons = {
  name: "The name of the host does not exist.",
  address: "The host has an address that is not on the public internet.",
  certificate: "The host has no valid certificate.",
  timeout: "The host did not answer within 8 seconds.",
  connection: "The connection failed.",
  redirect: "The host redirects elsewhere, which is not followed.",
  missing: "The host answers that this address does not exist. Check the base URL or endpoint.",
  busy: "The provider limits requests with this key at the moment. Try again later.",
  broken: "The provider has a problem at the moment. Try again later.",
  answer: "The host answers in an unexpected way.",
} as const;
export type CheckReason = keyof typeof checkReasons;
