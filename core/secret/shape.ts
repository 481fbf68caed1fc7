import * as v from "valibot";
import { plainLine } from "../base/shape.ts";
import { ServiceUrl } from "../net/shape.ts";
import {
  judged,
  looksLikeKey,
  misplaced,
  pasted,
  readServiceAccount,
  serviceAccountMistake,
} from "./credential/shape.ts";
import { type KindName, kindNames, labelOf, labels, type Warning } from "./kind/shape.ts";

/** The fields as an admin has entered them. */
export type Values = Readonly<Record<string, string | undefined>>;

/** One thing to enter. Storage, API, API document and forms follow from it. */
export type Field = {
  label: string;
  /** A sentence for the person who enters it. */
  help: string;
  /** Sealed, and never shown again. */
  isSecret: boolean;
  isOptional: boolean;
  schema: v.GenericSchema<string>;
  /** Returns a sentence about a mistake that shows beside the other fields only. */
  judge?: ((values: Values) => string | undefined) | undefined;
};

/** A kind of secret. To add one is to add an entry to `kinds`. */
export type Kind = {
  label: string;
  help: string;
  fields: Readonly<Record<string, Field>>;
  /** The text whose last four characters show which key it is. */
  identifier: (values: Values) => string;
  /** Returns the warning of a key that is accepted, but unusual. */
  warn: (values: Values) => Warning | undefined;
};

const text = (label: string, help: string, schema: v.GenericSchema<string>): Field => ({
  label,
  help,
  isSecret: false,
  isOptional: false,
  schema: v.pipe(schema, v.description(help)),
});
const optional = (field: Field): Field => ({ ...field, isOptional: true });

function secret(label: string, help: string, schema: v.GenericSchema<string>, judge?: Field["judge"]): Field {
  return { ...text(label, help, schema), isSecret: true, judge };
}

const matching = (pattern: RegExp, sentence: string) =>
  v.pipe(v.string(), v.trim(), v.maxLength(200, "This may have at most 200 characters."), v.regex(pattern, sentence));

/** The key of a provider, whose keys begin alike unless it is a service of the customer's own. */
const apiKey = (kind: string, begins?: string): Field =>
  secret("API key", "As copied from the provider.", pasted("key", 500), ({ key = "", baseUrl }) =>
    misplaced(key, { kind, isOwnService: baseUrl !== undefined, ...(begins && { begins }) }, labelOf),
  );
const baseUrl = optional(text("Base URL", "The address of the API, if it is not the provider's default.", ServiceUrl));
const awsRegion = text(
  "Region",
  "The AWS region.",
  matching(/^[a-z]{2}(-[a-z]{2,12}){1,2}-\d$/, "An AWS region looks like us-east-1."),
);

const isDay = (text: string) => {
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text);
};
const keyOf = ({ key = "" }: Values) => key;
/** Warns about a key that has another form than the provider gives them. */
const unlike = (usual: RegExp) => (values: Values) => (usual.test(keyOf(values)) ? undefined : ("form" as const));

/** Every kind of secret, in the order of the form. */
export const kinds = {
  openai: {
    label: labels.openai,
    help: "A project key from OpenAI, or a key of a compatible service.",
    fields: {
      key: apiKey("openai", "sk-"),
      organizationId: optional(
        text(
          "Organization",
          "The organization at OpenAI, such as org-AbCd1234.",
          matching(/^org-[A-Za-z0-9]{8,}$/, "It looks like org-AbCd1234."),
        ),
      ),
      projectId: optional(
        text(
          "Project",
          "The project at OpenAI, such as proj_AbCd1234.",
          matching(/^proj_[A-Za-z0-9]{8,}$/, "It looks like proj_AbCd1234."),
        ),
      ),
      baseUrl,
    },
    identifier: keyOf,
    warn: unlike(/^sk-((proj|svcacct|None)-[\w-]{40,}|[A-Za-z0-9]{48})$/),
  },
  gemini: {
    label: labels.gemini,
    help: "An API key from Google AI Studio.",
    fields: { key: apiKey("gemini", "AIza") },
    identifier: keyOf,
    warn: unlike(/^(AIza[\w-]{35}|AQ\.[\w-]{40,})$/),
  },
  vertex_ai: {
    label: labels.vertex_ai,
    help: "The key of a service account in Google Cloud.",
    fields: {
      serviceAccount: secret(
        "Service account",
        "The complete JSON key file of the service account.",
        v.pipe(
          v.string(),
          v.trim(),
          v.maxLength(8_000, "The file may have at most 8,000 characters."),
          judged(serviceAccountMistake, "This is not the JSON file of a service account."),
        ),
      ),
      project: text(
        "Project",
        "The project in Google Cloud.",
        matching(/^([a-z][a-z0-9.-]{1,60}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "A project looks like my-project-123."),
      ),
      location: text(
        "Location",
        "The location of Vertex AI.",
        matching(/^(global|us|eu|[a-z]{2,12}-[a-z]{4,12}\d{1,2})$/, "A location looks like europe-west4 or global."),
      ),
    },
    identifier: ({ serviceAccount = "{}" }) => readServiceAccount(serviceAccount).private_key_id,
    warn: () => undefined,
  },
  anthropic: {
    label: labels.anthropic,
    help: "An API key from the Anthropic Console.",
    fields: { key: apiKey("anthropic", "sk-ant-"), baseUrl },
    identifier: keyOf,
    warn: unlike(/^sk-ant-api\d\d-[\w-]{80,}$/),
  },
  bedrock_credentials: {
    label: labels.bedrock_credentials,
    help: "The access key of an IAM user, or temporary credentials.",
    fields: {
      accessKeyId: secret(
        "Access key id",
        "It begins with AKIA, or with ASIA if it is temporary.",
        pasted("access key id", 500),
        ({ accessKeyId = "", sessionToken }) => {
          if (!/^A(KIA|SIA)/.test(accessKeyId)) return "An access key id begins with AKIA or ASIA.";
          if (!/^[A-Z0-9]{20}$/.test(accessKeyId)) {
            return "An access key id has 20 capital letters and digits. Was a part of it left out?";
          }
          const isTemporary = accessKeyId.startsWith("ASIA");
          // threat: temporary credentials are stored without the token that they need
          if (isTemporary && sessionToken === undefined) {
            return "Credentials that begin with ASIA need their session token.";
          }
          return !isTemporary && sessionToken !== undefined
            ? "Credentials that begin with AKIA have no session token."
            : undefined;
        },
      ),
      secretAccessKey: secret(
        "Secret access key",
        "It has 40 characters.",
        pasted("secret access key", 500),
        ({ secretAccessKey = "" }) =>
          misplacedIn(
            "bedrock_credentials",
            secretAccessKey,
            /^[A-Za-z0-9/+]{40}$/,
            "A secret access key has 40 characters.",
          ),
      ),
      sessionToken: optional(
        secret(
          "Session token",
          "Only for temporary credentials.",
          pasted("session token", 4_000),
          ({ sessionToken = "" }) =>
            misplacedIn(
              "",
              sessionToken,
              /^[A-Za-z0-9/+=_-]{80,}$/,
              "This is not a session token. Was a part of it left out?",
            ),
        ),
      ),
      region: awsRegion,
    },
    identifier: ({ accessKeyId = "" }) => accessKeyId,
    warn: ({ sessionToken }) => (sessionToken === undefined ? undefined : "temporary"),
  },
  bedrock_api_key: {
    label: labels.bedrock_api_key,
    help: "An API key created in Amazon Bedrock.",
    fields: {
      key: secret("API key", "As copied from the provider.", pasted("key", 4_000), ({ key = "" }) =>
        misplaced(key, { kind: "bedrock_api_key", begins: "ABSK" }, labelOf),
      ),
      region: awsRegion,
    },
    identifier: keyOf,
    warn: ({ key = "" }) => (key.startsWith("bedrock-api-key-") ? "temporary" : unlike(/^ABSK[\w+/=]{100,}$/)({ key })),
  },
  azure_openai: {
    label: labels.azure_openai,
    help: "A key of your Azure OpenAI resource.",
    fields: {
      endpoint: text("Endpoint", "The endpoint of the resource.", ServiceUrl),
      key: secret("API key", "As copied from the provider.", pasted("key", 500), ({ key = "" }) =>
        misplacedIn("azure_openai", key, /^[A-Za-z0-9]{32,}$/, "An Azure key has 32 or 84 letters and digits."),
      ),
      deployment: text(
        "Deployment",
        "The name of the deployment.",
        matching(/^[\w.-]{1,64}$/, "A deployment has letters, digits, and . _ -."),
      ),
      apiVersion: text(
        "API version",
        "The version of the API.",
        v.pipe(
          matching(
            /^(\d{4}-\d\d-\d\d(-preview)?|v1|preview|latest)$/,
            "A version looks like 2024-10-21 or 2025-04-01-preview.",
          ),
          v.check((version) => !/^\d/.test(version) || isDay(version.slice(0, 10)), "There is no such day."),
        ),
      ),
    },
    identifier: keyOf,
    warn: unlike(/^([0-9a-f]{32}|[A-Za-z0-9]{84})$/),
  },
} as const satisfies Record<KindName, Kind>;

const all: Readonly<Record<string, Kind>> = kinds;
export const kindOf = (name: KindName): Kind => all[name] as Kind;

/** Returns what is wrong with a text that has no prefix of its own, but must not be something that has one. */
const misplacedIn = (kind: string, value: string, usual: RegExp, sentence: string): string | undefined =>
  misplaced(value, { kind }, labelOf) ?? (usual.test(value) ? undefined : sentence);

/** The content that is stored under one name: a kind, and its fields. */
export type Credentials = { kind: KindName } & Values;

/** The kind, and its fields. */
export const Credentials = v.variant(
  "kind",
  kindNames.map((name) => {
    const { fields, help } = kindOf(name);
    const entries = Object.entries(fields).map(([field, { schema, isOptional }]) => [
      field,
      isOptional ? v.optional(schema) : schema,
    ]);
    const judges = Object.entries(fields).flatMap(([field, { judge, label }]) => {
      if (!judge) return [];
      const check = judged<Values>(
        (values) => (values[field] === undefined ? undefined : judge(values)),
        `This does not look like what “${label}” asks for.`,
      );
      return [v.forward(check as never, [field] as never)];
    });
    const kind = v.pipe(v.literal(name), v.description(help));
    return v.pipe(v.strictObject({ kind, ...Object.fromEntries(entries) }), ...(judges as []));
  }) as never,
) as unknown as v.GenericSchema<Credentials>;

/** The name that tells several keys of one provider apart. */
export const SecretName = v.pipe(
  plainLine("name", 60),
  // threat: a key is stored as a name, and shown
  v.check((name) => !looksLikeKey(name), "This looks like a key. Enter it in the field for the key."),
);
