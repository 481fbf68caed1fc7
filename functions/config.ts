import { maxSeats, presetMaxSeats } from "@muster/core/billing/limits.ts";
import { invoicedSeats, methodTypes, Paid, unusedTimes } from "@muster/core/plan/shape.ts";
import { requestLimitNames, requestLimits } from "@muster/core/rate/limits.ts";
import { Resources } from "@muster/core/resource/shape.ts";
import * as v from "valibot";

const required = (name: string, what: string) =>
  v.pipe(v.string(`${name} is not set: ${what}.`), v.minLength(1, `${name} is empty: ${what}.`));

const optional = v.pipe(
  v.optional(v.string()),
  v.transform((text) => text || undefined),
);

const url = (name: string, what: string) =>
  v.pipe(
    required(name, what),
    v.check((text) => URL.canParse(text), `${name} is not a URL.`),
  );

const count = (name: string, preset: number, least: 0 | 1 = 1) =>
  v.pipe(
    optional,
    v.transform((text) => text ?? String(preset)),
    v.regex(least === 0 ? /^\d{1,9}$/ : /^[1-9]\d{0,8}$/, `${name} must be a whole number from ${least}.`),
    v.transform(Number),
  );

/** Parses JSON in a variable, which may be missing. */
const json = <S extends v.GenericSchema>(name: string, preset: string, shape: S) =>
  v.pipe(
    optional,
    v.transform((text) => text ?? preset),
    v.parseJson(undefined, `${name} is not JSON.`),
    shape,
  );

/** Limits of requests that an operator has set, each within its bounds. */
export const ChosenLimits = v.strictObject(
  Object.fromEntries(
    requestLimitNames.map((name) => {
      const { min, max } = requestLimits[name];
      const bounds = `${name} must be a whole number from ${min} to ${max}.`;
      // threat: an operator sets a limit so low that nobody can sign in
      // threat: an operator sets a limit so high that codes can be guessed
      const within = v.pipe(v.number(bounds), v.integer(bounds), v.minValue(min, bounds), v.maxValue(max, bounds));
      return [name, v.optional(within)];
    }),
  ),
);

/** Every variable that Muster reads. Each function gets those of its parts. */
export const variables = {
  MUSTER_TABLE: required("MUSTER_TABLE", "the name of the DynamoDB table"),
  MUSTER_SITE_URL: v.pipe(
    required("MUSTER_SITE_URL", "where people open Muster, such as https://muster.example.com"),
    v.check(isSite, "MUSTER_SITE_URL must be https://… without a path (http only for 127.0.0.1 or localhost)."),
  ),
  MUSTER_RELEASE: v.pipe(
    optional,
    v.transform((release) => release ?? "unknown"),
  ),
  MUSTER_PRODUCT_NAME: v.pipe(
    optional,
    v.transform((name) => name ?? "Muster"),
  ),
  MUSTER_FREE_SEATS: count("MUSTER_FREE_SEATS", 3),
  MUSTER_PLANS: json(
    "MUSTER_PLANS",
    "[]",
    v.pipe(
      v.array(Paid, "MUSTER_PLANS must be a list of plans."),
      v.check(
        (plans) => new Set(plans.map(({ id }) => id)).size === plans.length,
        "MUSTER_PLANS names a plan more than once.",
      ),
    ),
  ),
  MUSTER_RESOURCES: json("MUSTER_RESOURCES", "{}", Resources),
  MUSTER_REQUEST_LIMITS: json("MUSTER_REQUEST_LIMITS", "{}", ChosenLimits),
  MUSTER_TRIAL_DAYS: count("MUSTER_TRIAL_DAYS", 0, 0),
  MUSTER_TRIAL_SEATS: count("MUSTER_TRIAL_SEATS", 25, 1),
  MUSTER_MAX_SEATS: v.pipe(
    count("MUSTER_MAX_SEATS", presetMaxSeats),
    v.maxValue(maxSeats, `MUSTER_MAX_SEATS must be at most ${maxSeats}, which is the most that Stripe sells at once.`),
  ),
  MUSTER_UNUSED_TIME: v.pipe(
    optional,
    v.transform((text) => text ?? "lost"),
    v.picklist(unusedTimes, `MUSTER_UNUSED_TIME must be ${unusedTimes.join(" or ")}.`),
  ),
  MUSTER_INVOICED_SEATS: v.pipe(
    optional,
    v.transform((text) => text ?? "paid"),
    v.picklist(invoicedSeats, `MUSTER_INVOICED_SEATS must be ${invoicedSeats.join(" or ")}.`),
  ),
  MUSTER_GRACE_DAYS: count("MUSTER_GRACE_DAYS", 14, 0),
  MUSTER_PAYMENT_METHOD_TYPES: v.pipe(
    optional,
    v.transform((text) => text?.split(",").map((type) => type.trim())),
    v.check(
      (types) => types === undefined || types.every((type) => methodTypes.some((known) => known === type)),
      `MUSTER_PAYMENT_METHOD_TYPES must be some of ${methodTypes.join(", ")}, with commas between them.`,
    ),
  ),
  MUSTER_STRIPE_TAX: v.pipe(
    optional,
    v.transform((text) => text ?? "off"),
    v.picklist(["on", "off"], "MUSTER_STRIPE_TAX must be on or off."),
  ),
  MUSTER_STRIPE_URL: v.pipe(
    optional,
    v.check((text) => text === undefined || URL.canParse(text), "MUSTER_STRIPE_URL is not a URL."),
  ),
  MUSTER_MAIL_PER_HOUR: count("MUSTER_MAIL_PER_HOUR", 2000),
  MUSTER_MAIL_FROM: v.pipe(
    required("MUSTER_MAIL_FROM", "the address that mail comes from"),
    v.regex(/^[^\s@<>]+@[^\s@<>]+$/, "MUSTER_MAIL_FROM must be an address alone, such as muster@example.com."),
  ),
  MUSTER_MAIL_CONFIGURATION_SET: optional,
  MUSTER_REPLY_TO_INVITER: v.pipe(
    optional,
    v.transform((text) => text ?? "on"),
    v.picklist(["on", "off"], "MUSTER_REPLY_TO_INVITER must be on or off."),
  ),
  MUSTER_WORK_QUEUE_URL: url("MUSTER_WORK_QUEUE_URL", "the URL of the queue of reactions"),
  MUSTER_MAIL_QUEUE_URL: url("MUSTER_MAIL_QUEUE_URL", "the URL of the queue of mails"),
  MUSTER_BULK_QUEUE_URL: url("MUSTER_BULK_QUEUE_URL", "the URL of the queue of bulk"),
  MUSTER_CODES_QUEUE_URL: url("MUSTER_CODES_QUEUE_URL", "the URL of the queue of sign-in codes"),
  MUSTER_IMPORTS_QUEUE_URL: url("MUSTER_IMPORTS_QUEUE_URL", "the URL of the queue of imports"),
  MUSTER_CHECKS_QUEUE_URL: url("MUSTER_CHECKS_QUEUE_URL", "the URL of the queue of checks of API keys"),
  MUSTER_BUCKET: required("MUSTER_BUCKET", "the name of the bucket of uploads"),
  MUSTER_BUCKET_URL: url("MUSTER_BUCKET_URL", "where browsers reach the bucket of uploads"),
  MUSTER_KEY_ARN: v.pipe(
    required("MUSTER_KEY_ARN", "the KMS key that wraps data keys"),
    v.regex(/^arn:[^:]+:kms:[^:]+:\d*:key\/.+$/, "MUSTER_KEY_ARN must be the ARN of a key, arn:aws:kms:…:key/…."),
  ),
  MUSTER_SIGNING_KEY_ARNS: v.pipe(
    required("MUSTER_SIGNING_KEY_ARNS", "the KMS keys that sign documents, the current one first"),
    v.transform((text) => text.split(",").map((arn) => arn.trim())),
    v.check(
      (arns) => arns.every((arn) => /^arn:[^:]+:kms:[^:]+:\d*:key\/.+$/.test(arn)),
      "MUSTER_SIGNING_KEY_ARNS must be ARNs of keys, arn:aws:kms:…:key/…, with commas between them.",
    ),
  ),
  /** Seconds that a device's request may wait for a change. 0 lets devices only poll. */
  MUSTER_SYNC_WAIT_SECONDS: count("MUSTER_SYNC_WAIT_SECONDS", 0, 0),
  MUSTER_KMS_URL: v.pipe(
    optional,
    v.check((text) => text === undefined || URL.canParse(text), "MUSTER_KMS_URL is not a URL."),
  ),
  MUSTER_SECRETS_ARN: optional,
  MUSTER_SECRETS: optional,
  MUSTER_SECRETS_FILE: optional,
} as const;

export type Variable = keyof typeof variables;
type Config<N extends Variable> = { [K in N]: v.InferOutput<(typeof variables)[K]> };
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the named variables, parsed; throws one sentence for each that is wrong.
 * @param environment for tests; the process's own by default
 */
export function config<const N extends Variable>(
  names: readonly N[],
  environment: Environment = process.env,
): Config<N> {
  const entries = Object.fromEntries(names.map((name) => [name, variables[name]]));
  // named one by one, because a missing key would not be reported in the variable's own words
  const values = Object.fromEntries(names.map((name) => [name, environment[name]]));
  const result = v.safeParse(v.object(entries), values);
  if (!result.success) throw new Error(result.issues.map((issue) => issue.message).join("\n"));
  const output = result.output as Config<N>;
  refuseLocalOnLambda(output, environment);
  return output;
}

/** Returns the endpoint that the environment names for a service of AWS, or for all of them. */
export const endpointUrl = (service: "SQS"): string | undefined =>
  // empty is the same as missing
  process.env[`AWS_ENDPOINT_URL_${service}`] || process.env["AWS_ENDPOINT_URL"] || undefined;

function isSite(text: string) {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, origin } = new URL(text);
  if (origin !== text) return false;
  return protocol === "https:" || (protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname));
}

/** Shortcuts for a local run that would weaken a deployment. */
function refuseLocalOnLambda(output: Partial<Config<Variable>>, environment: Environment) {
  if (!environment.AWS_LAMBDA_FUNCTION_NAME) return;
  if (output.MUSTER_SITE_URL?.startsWith("http:")) throw new Error("MUSTER_SITE_URL must be https:// on Lambda.");
  if (output.MUSTER_STRIPE_URL) throw new Error("MUSTER_STRIPE_URL is for local runs: on Lambda it is Stripe itself.");
  // threat: a run on Lambda takes secrets from its environment
  if (output.MUSTER_SECRETS) throw new Error("MUSTER_SECRETS is for local runs: on Lambda set MUSTER_SECRETS_ARN.");
  if (output.MUSTER_SECRETS_FILE) throw new Error("MUSTER_SECRETS_FILE is for local runs.");
}
