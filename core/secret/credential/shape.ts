import * as v from "valibot";
import { emptyText } from "../../base/shape.ts";

// What is pasted as a key, and the sentence for each mistake. No sentence repeats anything of what was pasted.

/** Finds a sentence for the text that was sent; `summary` is the one of the API document. */
type Sentence<T> = ((issue: { input: T }) => string) & { summary: string };

/** A check whose sentence depends on what is wrong; `judge` returns that sentence, or nothing if nothing is. */
export function judged<T>(judge: (value: T) => string | undefined, summary: string) {
  const sentence: Sentence<T> = Object.assign(({ input }: { input: T }) => judge(input) ?? summary, { summary });
  return v.check((value: T) => judge(value) === undefined, sentence);
}

/** One line without white space, as every key is; at least 16 characters, so that the last four tell little. */
export const pasted = (noun: string, longest: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1, emptyText(noun)),
    v.maxLength(longest, `The ${noun} may have at most ${longest} characters.`),
    v.check((text) => !/["'`“”„‘’«»]/.test(text), `Remove the quotes around the ${noun}.`),
    v.check(
      (text) => !/^(export |set |\$env:)?[A-Za-z_]+ ?= ?/.test(text),
      `Paste only the ${noun}, without a name and =.`,
    ),
    v.check((text) => !/^(bearer|authorization)\b/i.test(text), `Paste only the ${noun}, without “Bearer”.`),
    v.check(
      (text) => /^[\x21-\x7e]*$/.test(text),
      `The ${noun} contains a space or another character that no key has.`,
    ),
    v.check((text) => !/^(.{16,})\1+$/.test(text), `The ${noun} is here twice. Paste it once.`),
    v.minLength(16, `The ${noun} is too short. Was a part of it left out?`),
  );

type Form = {
  pattern: RegExp;
  /** "This is …". */
  what: string;
  /** The kind of secret that takes it. */
  kind?: string;
  /** It must not be stored at all. */
  refused?: true;
};

/** The beginnings of keys. The first that fits is the one. */
const forms: readonly Form[] = [
  { pattern: /^sk-ant-admin/, what: "an admin key of Anthropic, which manages your account", refused: true },
  { pattern: /^sk-ant-(oat|ort|sid)/, what: "a sign-in token of Anthropic, which ends soon", refused: true },
  { pattern: /^sk-ant-/, what: "a key of Anthropic", kind: "anthropic" },
  { pattern: /^sk-admin-/, what: "an admin key of OpenAI, which manages your account", refused: true },
  { pattern: /^sk-or-/, what: "a key of OpenRouter" },
  { pattern: /^sk-/, what: "a key of OpenAI", kind: "openai" },
  { pattern: /^(AIza|AQ\.)/, what: "a key of Google Gemini", kind: "gemini" },
  { pattern: /^ya29\./, what: "a sign-in token of Google, which ends soon", refused: true },
  { pattern: /^GOCSPX-/, what: "the secret of an OAuth client of Google", refused: true },
  { pattern: /^\{/, what: "a JSON file", kind: "vertex_ai" },
  { pattern: /^-----BEGIN/, what: "a private key", refused: true },
  { pattern: /^A(KIA|SIA|ROA|IDA|GPA|NPA)[A-Z0-9]{12}/, what: "an access key id of AWS", kind: "bedrock_credentials" },
  { pattern: /^(ABSK|bedrock-api-key-)/, what: "an API key of Amazon Bedrock", kind: "bedrock_api_key" },
  { pattern: /^(gh[opsu]_|github_pat_)/, what: "a token of GitHub", refused: true },
  { pattern: /^xox[a-z]-/, what: "a token of Slack", refused: true },
  { pattern: /^(sk|rk|pk)_(live|test)_/, what: "a key of Stripe", refused: true },
  { pattern: /^mst_/, what: "a token of Muster", refused: true },
  { pattern: /^hf_/, what: "a token of Hugging Face" },
  { pattern: /^gsk_/, what: "a key of Groq" },
  { pattern: /^xai-/, what: "a key of xAI" },
  { pattern: /^eyJ[\w-]+\.eyJ/, what: "a sign-in token, which ends soon", refused: true },
];

const formOf = (text: string) => forms.find(({ pattern }) => pattern.test(text));

/** Returns whether a text looks like a key of anybody, so that it is not stored as a name. */
export const looksLikeKey = (text: string): boolean =>
  text.split(/\s/).some((word) => (word.length >= 20 && formOf(word) !== undefined) || isRandom(word));

/** A long run of letters and digits, as no word and no version is. */
const isRandom = (word: string) =>
  (word.match(/[A-Za-z0-9/+=]{20,}/g) ?? []).some((run) => /\d/.test(run) && /[A-Za-z]/.test(run));

/**
 * Returns what is wrong with a key that should be of this kind. A service of the customer's own has keys of its own form:
 * of these only what must not be stored is refused.
 */
export function misplaced(
  text: string,
  { kind, begins, isOwnService = false }: { kind: string; begins?: string; isOwnService?: boolean },
  labelOf: (kind: string) => string,
): string | undefined {
  const form = formOf(text);
  // threat: an admin key is stored
  if (form?.refused) return `This is ${form.what}. It cannot be stored here.`;
  if (isOwnService || form?.kind === kind) return undefined;
  // threat: a key of another provider is stored
  if (form?.kind) return `This is ${form.what}. Add it as “${labelOf(form.kind)}”.`;
  if (form) return `This is ${form.what}, not of this provider.`;
  return begins === undefined ? undefined : `A key of this provider begins with ${begins}. Was its beginning left out?`;
}

/** The address where Google gives tokens to service accounts; another one would be sent what they sign. */
export const googleTokenUrl = "https://oauth2.googleapis.com/token";

/** The part of a service account's file that is stored. */
const ServiceAccount = v.object({
  type: v.literal("service_account"),
  project_id: v.string(),
  private_key_id: v.string(),
  private_key: v.string(),
  client_email: v.string(),
  token_uri: v.string(),
});
export type ServiceAccount = v.InferOutput<typeof ServiceAccount>;

const otherAccounts: Record<string, string> = {
  authorized_user: "These are the credentials of a person. Create a key of a service account instead.",
  external_account:
    "This is a federated identity, which works only where it was set up. Use a key of a service account.",
  impersonated_service_account: "This is a person who acts for a service account. Use a key of the service account.",
};

/** Returns what is wrong with the JSON file of a service account. */
export function serviceAccountMistake(text: string): string | undefined {
  if (text.startsWith("-----BEGIN")) return "Paste the whole JSON file, not only the private key in it.";
  const file = jsonOf(text);
  if (file === undefined) return "This is not the JSON file of a service account.";
  if ("installed" in file || "web" in file) {
    return "This is an OAuth client. Create a key of a service account instead.";
  }
  if (file.type !== "service_account") {
    return otherAccounts[String(file.type)] ?? "This is not the JSON file of a service account.";
  }
  const missing = Object.keys(ServiceAccount.entries).filter((name) => typeof file[name] !== "string" || !file[name]);
  if (missing.length > 0) return `The file is incomplete. It lacks ${missing.join(", ")}.`;
  // threat: a service account's signed text is sent to another address
  if (file.token_uri !== googleTokenUrl) return `The token_uri of the file must be ${googleTokenUrl}.`;
  if ((file.universe_domain ?? "googleapis.com") !== "googleapis.com") return "Only googleapis.com is supported.";
  if (!/^[\w.-]+@[\w.-]+\.gserviceaccount\.com$/.test(String(file.client_email))) {
    return "The client_email of the file is not that of a service account.";
  }
  const isWhole = /^-----BEGIN PRIVATE KEY-----\n[A-Za-z0-9+/=\n]{100,}\n-----END PRIVATE KEY-----\n?$/;
  if (!isWhole.test(String(file.private_key))) {
    return "The private_key of the file is damaged. Download the file again.";
  }
  return undefined;
}

/** Reads a file that has no mistake; fields that nobody needs are left out. */
export const readServiceAccount = (text: string): ServiceAccount => v.parse(ServiceAccount, JSON.parse(text));

/** The parser's own message would repeat the text. */
function jsonOf(text: string): Record<string, unknown> | undefined {
  try {
    const file: unknown = JSON.parse(text);
    return typeof file === "object" && file !== null && !Array.isArray(file)
      ? (file as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
