import { credentialsOf, serviceAccount } from "@muster/local/testing/fixtures/credentials.ts";
import { depth } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { Failure } from "../base/failure.ts";
import { parse } from "../base/valid.ts";
import { kindNames, labels } from "./kind/shape.ts";
import { Credentials, kindOf, kinds, SecretName } from "./shape.ts";

type Fields = Record<string, string | undefined>;

/** Returns what is wrong, by field; nothing if it is accepted. */
function mistakes(credentials: Fields): Record<string, string> {
  try {
    const sent = Object.entries(credentials).filter(([, value]) => value !== undefined);
    parse(v.strictObject({ credentials: Credentials }), { credentials: Object.fromEntries(sent) });
    return {};
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return Object.fromEntries(
      (error.fields ?? []).map(({ path, message }) => [path.replace("credentials.", ""), message]),
    );
  }
}

const mistake = (kind: (typeof kindNames)[number], change: Fields) => mistakes({ ...credentialsOf(kind), ...change });
const only = (kind: (typeof kindNames)[number], field: string) => ({ ...credentialsOf(kind), [field]: undefined });

describe("every kind of secret", () => {
  test.each(kindNames)(
    "%s is declared once, with a label, a help text, and at least one field that is secret",
    (name) => {
      const { label, help, fields } = kindOf(name);
      expect(label).toBe(labels[name]);
      const texts = [help, ...Object.values(fields).map((field) => field.help)];
      expect(texts.filter((text) => !/^[A-Z].*\.$/.test(text))).toEqual([]);
      expect(Object.values(fields).some(({ isSecret }) => isSecret)).toBe(true);
    },
  );

  test.each(kindNames)("%s is accepted in its usual form, and says who it is by four characters", (name) => {
    const credentials = credentialsOf(name);
    expect(mistakes(credentials)).toEqual({});
    const parsed = parse(Credentials, credentials);
    expect(kindOf(name).identifier(parsed).slice(-4)).toMatch(/^.{4}$/);
    expect(parse(Credentials, parsed)).toEqual(parsed);
  });

  test.each(kindNames)("%s needs all of its fields but those that are optional", (name) => {
    for (const [field, { isOptional }] of Object.entries(kindOf(name).fields)) {
      const isAccepted = Object.keys(mistakes(only(name, field))).length === 0;
      const isNeeded = !isOptional || (name === "bedrock_credentials" && field === "sessionToken");
      expect([field, isAccepted]).toEqual([field, !isNeeded]);
    }
  });

  test.each(kindNames)("%s has its white space around it removed", (name) => {
    const credentials = credentialsOf(name);
    const padded = Object.entries(credentials).map(([field, value]) => [
      field,
      field === "kind" ? value : ` \n${value}\t `,
    ]);
    expect(parse(Credentials, Object.fromEntries(padded))).toEqual(credentials);
  });

  test("is one of those, and has no field of another", () => {
    expect(Object.keys(kinds)).toEqual(kindNames);
    expect(mistakes({ kind: "mistral", key: "k" })).toEqual({ kind: "This is not one of the choices." });
    expect(mistakes({})).toEqual({ kind: "This field is required." });
    expect(mistake("gemini", { baseUrl: "https://example.com" })).toEqual({ baseUrl: "Unknown field." });
  });
});

const secretFields = kindNames.flatMap((kind) =>
  Object.entries(kindOf(kind).fields).flatMap(([field, { isSecret }]) =>
    isSecret && field !== "serviceAccount" ? [{ kind, field }] : [],
  ),
);

describe.each(secretFields)("$field of $kind", ({ kind, field }) => {
  const value = String(credentialsOf(kind)[field]);
  test.each([
    ["in quotes", `"${value}"`, /^Remove the quotes around the /],
    ["in other quotes", `“${value}”`, /^Remove the quotes/],
    ["in backticks", `\`${value}\``, /^Remove the quotes/],
    ["with its name before it", `API_KEY=${value}`, /^Paste only the .*, without a name and =\.$/],
    ["as a shell sets it", `export API_KEY=${value}`, /^Paste only the /],
    ["as a header", `Bearer ${value}`, /^Paste only the .*, without “Bearer”\.$/],
    [
      "in two lines",
      `${value.slice(0, 9)}\n${value.slice(9)}`,
      /contains a space or another character that no key has\.$/,
    ],
    ["with a letter of another script", `${value}Ж`, /contains a space or another character/],
    [
      "with an invisible character in it",
      `${value.slice(0, 9)}\u200b${value.slice(9)}`,
      /contains a space or another character/,
    ],
    ["empty", " ", /^Enter the .+\.$/],
    ["cut off", value.slice(0, 9), /is too short\. Was a part of it left out\?$/],
    ["far too long", value.padEnd(5_000, "0"), /may have at most /],
  ])("cannot be pasted %s", (_, pasted, sentence) => {
    expect(mistake(kind, { [field]: pasted })).toEqual({ [field]: expect.stringMatching(sentence) });
  });
});

describe("a key of another provider", () => {
  const ofOthers: [string, string][] = [
    ["openai", "This is a key of OpenAI. Add it as “OpenAI”."],
    ["gemini", "This is a key of Google Gemini. Add it as “Google Gemini”."],
    ["anthropic", "This is a key of Anthropic. Add it as “Anthropic”."],
    ["bedrock_api_key", "This is an API key of Amazon Bedrock. Add it as “Amazon Bedrock (API key)”."],
  ];
  const places = [
    ["openai", "key"],
    ["gemini", "key"],
    ["anthropic", "key"],
    ["bedrock_api_key", "key"],
    ["azure_openai", "key"],
    ["bedrock_credentials", "secretAccessKey"],
  ] as const;

  test.each(places)("is told apart: in %s", (kind, field) => {
    for (const [other, sentence] of ofOthers.filter(([one]) => one !== kind)) {
      const { key } = credentialsOf(other as "openai");
      expect(mistake(kind, { baseUrl: undefined, [field]: key })[field]).toBe(sentence);
    }
    const swapped = { baseUrl: undefined, [field]: "AKIA0123456789ABCDEF" };
    const said =
      kind === "bedrock_credentials"
        ? /^A secret access key has 40 characters\.$/
        : /^This is an access key id of AWS\./;
    expect(mistake(kind, swapped)[field]).toMatch(said);
  });

  test.each([
    ["sk-ant-admin01-0123456789", "an admin key of Anthropic, which manages your account"],
    ["sk-ant-oat01-0123456789", "a sign-in token of Anthropic, which ends soon"],
    ["sk-ant-sid01-0123456789", "a sign-in token of Anthropic, which ends soon"],
    ["sk-admin-0123456789abcdef", "an admin key of OpenAI, which manages your account"],
    ["ya29.0123456789abcdef", "a sign-in token of Google, which ends soon"],
    ["GOCSPX-0123456789abcdef", "the secret of an OAuth client of Google"],
    ["github_pat_0123456789abcdef", "a token of GitHub"],
    ["ghp_0123456789abcdef0123", "a token of GitHub"],
    ["xoxb-0123456789-abcdef", "a token of Slack"],
    ["sk_live_0123456789abcdef", "a key of Stripe"],
    ["mst_ses_0123456789abcdef", "a token of Muster"],
    ["eyJhbGciOiJ9.eyJzdWIiOiIxIn0.x", "a sign-in token, which ends soon"],
    ["-----BEGIN_PRIVATE_KEY-----", "a private key"],
  ])("that must not be stored is refused everywhere, even for a custom service: %s", (pasted, what) => {
    const sentence = `This is ${what}. It cannot be stored here.`;
    for (const [kind, field] of places) expect(mistake(kind, { [field]: pasted })[field]).toBe(sentence);
  });

  test("is accepted for a custom service, because its keys have any form", () => {
    for (const key of [
      "gsk_0123456789abcdef",
      "sk-or-0123456789abcdef",
      credentialsOf("gemini").key,
      "of-a-gateway-0123",
    ]) {
      expect(mistake("openai", { key })).toEqual({});
      expect(mistake("openai", { key, baseUrl: undefined })).toHaveProperty("key");
    }
  });
});

describe("a key in another form than usual", () => {
  const warning = (kind: (typeof kindNames)[number], change: Fields) => {
    expect(mistake(kind, change)).toEqual({});
    return kindOf(kind).warn({ ...credentialsOf(kind), ...change });
  };

  test.each(kindNames)("is warned of, and the usual one of %s is not", (kind) => {
    expect(warning(kind, {})).toBe(kind === "bedrock_credentials" ? "temporary" : undefined);
  });

  test("is accepted if it begins as its provider's keys do", () => {
    expect(warning("openai", { key: "sk-0123456789abcdef" })).toBe("form");
    expect(warning("openai", { key: `sk-${"0".repeat(48)}` })).toBeUndefined();
    expect(warning("openai", { key: `sk-svcacct-${"0".repeat(48)}` })).toBeUndefined();
    expect(warning("gemini", { key: "AIza0123456789abcdef" })).toBe("form");
    expect(warning("gemini", { key: `AQ.${"0".repeat(50)}` })).toBeUndefined();
    expect(warning("anthropic", { key: "sk-ant-api99-0123456789" })).toBe("form");
    expect(warning("bedrock_api_key", { key: "ABSK0123456789abcdef" })).toBe("form");
    expect(warning("bedrock_api_key", { key: `bedrock-api-key-${"0".repeat(200)}` })).toBe("temporary");
    expect(warning("azure_openai", { key: `${"0".repeat(39)}1` })).toBe("form");
    expect(warning("azure_openai", { key: "0123456789abcdeffedcba9876543210" })).toBeUndefined();
    expect(
      warning("bedrock_credentials", { accessKeyId: "AKIA0123456789ABCDEF", sessionToken: undefined }),
    ).toBeUndefined();
  });

  test("is refused if it begins in another way", () => {
    const sentence = (begins: string) => `A key of this provider begins with ${begins}. Was its beginning left out?`;
    expect(mistake("openai", { key: "proj-0123456789abcdef", baseUrl: undefined })).toEqual({ key: sentence("sk-") });
    expect(mistake("anthropic", { key: "api03-0123456789abcdef", baseUrl: undefined })).toEqual({
      key: sentence("sk-ant-"),
    });
    expect(mistake("gemini", { key: "zaSy0123456789abcdef" })).toEqual({ key: sentence("AIza") });
    expect(mistake("bedrock_api_key", { key: "SK0123456789abcdef" })).toEqual({ key: sentence("ABSK") });
  });
});

describe("a service account", () => {
  test.each([
    ["text that is not JSON", "service account", "This is not the JSON file of a service account."],
    ["a list", "[]", "This is not the JSON file of a service account."],
    ["JSON in a JSON text", JSON.stringify(serviceAccount()), "This is not the JSON file of a service account."],
    [
      "its private key alone",
      "-----BEGIN PRIVATE KEY-----\nMII",
      "Paste the whole JSON file, not only the private key in it.",
    ],
    ["another file", "{}", "This is not the JSON file of a service account."],
    ["a person", '{"type":"authorized_user"}', /^These are the credentials of a person\./],
    ["a federated identity", '{"type":"external_account"}', /^This is a federated identity/],
    ["somebody who acts for it", '{"type":"impersonated_service_account"}', /^This is a person who acts for/],
    ["an OAuth client", '{"installed":{}}', /^This is an OAuth client\./],
    ["an OAuth client of a website", '{"web":{}}', /^This is an OAuth client\./],
    [
      "half a file",
      '{"type":"service_account","project_id":"p","token_uri":""}',
      /^The file is incomplete\. It lacks private_key_id, private_key, client_email, token_uri\.$/,
    ],
    [
      "one whose tokens come from elsewhere",
      serviceAccount({ token_uri: "https://evil.example.com/token" }),
      "The token_uri of the file must be https://oauth2.googleapis.com/token.",
    ],
    [
      "one whose tokens come from elsewhere on that host",
      serviceAccount({ token_uri: "https://oauth2.googleapis.com/token/../evil" }),
      /^The token_uri of the file must be/,
    ],
    ["one of another cloud", serviceAccount({ universe_domain: "example.com" }), "Only googleapis.com is supported."],
    [
      "one of another address",
      serviceAccount({ client_email: "ada@example.com" }),
      /^The client_email of the file is not that of a service account\./,
    ],
    [
      "one with a damaged key",
      serviceAccount({ private_key: "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n" }),
      /^The private_key of the file is damaged\./,
    ],
    [
      "one without line ends in its key",
      serviceAccount().replaceAll("\\n", " "),
      /^The private_key of the file is damaged\./,
    ],
  ])("cannot be %s", (_, file, sentence) => {
    const found = mistake("vertex_ai", { serviceAccount: file });
    expect(Object.keys(found)).toEqual(["serviceAccount"]);
    expect(found.serviceAccount).toMatch(sentence);
  });
});

describe("the fields that are not secret", () => {
  test.each([
    ["openai", "organizationId", "acme", "It looks like org-AbCd1234."],
    ["openai", "projectId", "org-AbCdEfGhIjKl", "It looks like proj_AbCd1234."],
    ["vertex_ai", "project", "Acme 1", "A project looks like my-project-123."],
    ["vertex_ai", "location", "evil.example.com/", "A location looks like europe-west4 or global."],
    ["bedrock_credentials", "region", "us-east-1.evil.example.com", "An AWS region looks like us-east-1."],
    ["bedrock_api_key", "region", "Frankfurt", "An AWS region looks like us-east-1."],
    ["azure_openai", "deployment", "a/../b", "A deployment has letters, digits, and . _ -."],
    ["azure_openai", "apiVersion", "2024", "A version looks like 2024-10-21 or 2025-04-01-preview."],
    ["azure_openai", "apiVersion", "2024-13-45", "There is no such day."],
    ["azure_openai", "apiVersion", "2025-02-30-preview", "There is no such day."],
    [
      "bedrock_credentials",
      "accessKeyId",
      "AKIA0123456789ABCDE",
      "An access key id has 20 capital letters and digits. Was a part of it left out?",
    ],
  ] as const)("%s: %s has its own form", (kind, field, value, sentence) => {
    expect(mistake(kind, { [field]: value })).toEqual({ [field]: sentence });
  });

  test("of AWS fit each other", () => {
    const aws = (change: Fields) => mistake("bedrock_credentials", change);
    expect(aws({ sessionToken: undefined })).toEqual({
      accessKeyId: "Credentials that begin with ASIA need their session token.",
    });
    expect(aws({ accessKeyId: "AKIA0123456789ABCDEF" })).toEqual({
      accessKeyId: "Credentials that begin with AKIA have no session token.",
    });
    expect(aws({ accessKeyId: "AROA0123456789ABCDEF" })).toEqual({
      accessKeyId: "An access key id begins with AKIA or ASIA.",
    });
    expect(aws({ sessionToken: "0123456789abcdef" })).toEqual({
      sessionToken: "This is not a session token. Was a part of it left out?",
    });
    expect(aws({ secretAccessKey: "0123456789abcdef" })).toEqual({
      secretAccessKey: "A secret access key has 40 characters.",
    });
  });

  test.each([
    "sk-proj-0123456789abcdef",
    "AIza0123456789abcdef0123",
    "AKIA0123456789ABCDEF01",
    "sk-ant-api03-0123456789abcdef",
    "Key of Azure: 0123456789abcdef0123456789abcdef",
    "AWS wJalrXUtnFEMI/K7MDENG/bPxRfiCYz8",
  ])("a name is no key: %s", (name) => {
    expect(() => parse(v.strictObject({ name: SecretName }), { name })).toThrow("Some fields need attention.");
    for (const usual of [
      "Production, sk-… of the web team",
      "production-eu-central-1-2026-11-24",
      "Internationalization",
    ]) {
      expect(parse(SecretName, usual)).toBe(usual);
    }
  });
});

test("no sentence holds a part of what was pasted", () => {
  const wrong = fc.record({
    kind: fc.constantFrom(...kindNames),
    begins: fc.constantFrom(
      "",
      "sk-",
      "sk-ant-",
      "sk-admin-",
      "AIza",
      "AKIA",
      "ABSK",
      "{",
      '{"type":"',
      "-----BEGIN ",
      "ghp_",
      '"',
      "Bearer ",
    ),
    rest: fc.string({ unit: fc.constantFrom(..."qzxjQZXJ ="), minLength: 6, maxLength: 60 }),
  });
  const partsOf = (text: string) =>
    Array.from({ length: text.length - 3 }, (_, at) => text.slice(at, at + 4)).filter((part) => !/[\s=]/.test(part));
  const property = fc.property(wrong, ({ kind, begins, rest }) => {
    const secrets = Object.entries(kindOf(kind).fields).filter(([, { isSecret }]) => isSecret);
    for (const [field] of secrets) {
      const said = Object.values(mistake(kind, { baseUrl: undefined, [field]: begins + rest })).join(" ");
      expect(partsOf(rest).filter((part) => said.includes(part))).toEqual([]);
    }
  });
  expect(() => fc.assert(property, { numRuns: depth(200, 5_000) })).not.toThrow();
});

test.each(kindNames.filter((kind) => "key" in credentialsOf(kind)))(
  "a key of %s that was pasted twice is refused",
  (kind) => {
    const { key = "" } = credentialsOf(kind) as Fields;
    expect(mistake(kind, { key: `${key}${key}` })).toEqual({ key: "The key is here twice. Paste it once." });
  },
);
