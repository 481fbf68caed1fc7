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

export const statuses = ["enabled", "disabled"] as const;

/** Sentences about keys that are accepted, although something about them is unusual. */
export const warnings = {
  form: "This key does not have the form that its provider's keys usually have. Check that it is complete.",
  temporary: "These credentials are temporary. Replace them before they expire.",
} as const;
export type Warning = keyof typeof warnings;
