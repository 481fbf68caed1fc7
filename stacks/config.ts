import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { maxSeats, presetMaxSeats } from "@muster/core/billing/limits.ts";
import { ChosenLimits, variables } from "@muster/functions/config.ts";
import * as v from "valibot";

const file = "muster.config.json";
const exampleFile = "stacks/example.json";

// Shapes

const emailAddress = v.pipe(v.string(), v.regex(/^[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+$/, "must be a plain email address"));
const hostName = v.pipe(v.string(), v.regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, "must be a host name in lowercase"));
const positiveInteger = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Accepts a value that the functions accept in this variable, by default as JSON; errors are in their own words. */
const acceptedAs = <T>(
  variable:
    | "MUSTER_PLANS"
    | "MUSTER_RESOURCES"
    | "MUSTER_PAYMENT_METHOD_TYPES"
    | "MUSTER_UNUSED_TIME"
    | "MUSTER_INVOICED_SEATS",
  write: (value: T) => string = JSON.stringify,
) =>
  v.rawCheck<T>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const read = v.safeParse(variables[variable], write(dataset.value));
    if (!read.success) addIssue({ message: read.issues.map(({ message }) => message).join(" ") });
  });
const plans = v.pipe(v.array(v.looseObject({})), acceptedAs("MUSTER_PLANS"));
const resources = v.pipe(v.looseObject({}), acceptedAs("MUSTER_RESOURCES"));
const methodTypes = v.pipe(
  v.array(v.string()),
  acceptedAs<string[]>("MUSTER_PAYMENT_METHOD_TYPES", (types) => types.join(",")),
);
const days = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(700));

const unusedTime = v.pipe(
  v.string(),
  acceptedAs<string>("MUSTER_UNUSED_TIME", (text) => text),
);
const invoicedSeats = v.pipe(
  v.string(),
  acceptedAs<string>("MUSTER_INVOICED_SEATS", (text) => text),
);
const seats = v.pipe(positiveInteger, v.maxValue(maxSeats));

const billingSchema = v.strictObject({
  plans: v.optional(plans, []),
  trialDays: v.optional(days, 0),
  trialSeats: v.optional(seats, 25),
  maxSeats: v.optional(seats, presetMaxSeats),
  unusedTime: v.optional(unusedTime, "lost"),
  invoicedSeats: v.optional(invoicedSeats, "paid"),
  graceDays: v.optional(days, 14),
  paymentMethodTypes: v.optional(methodTypes, []),
  tax: v.optional(v.boolean(), false),
  eventSource: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^aws\.partner\/stripe\.com\/[\w./-]+$/, "must be Stripe's event source in this account"),
    ),
  ),
});

/** Devices read no more than 20 with the stack's own, and those that were replaced are among them. */
const maxSigningKeys = 10;

const syncSchema = v.strictObject({
  waitSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(25)), 0),
  signingKeyArns: v.optional(
    v.pipe(
      v.array(
        v.pipe(v.string(), v.regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, "must be a key of KMS")),
      ),
      v.maxLength(maxSigningKeys, `has at most ${maxSigningKeys} keys`),
    ),
    [],
  ),
});

/** The configuration of one stage. Each field is in the table of docs/deploying.md. */
export const stageConfigSchema = v.strictObject({
  region: v.pipe(v.string(), v.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be an AWS region")),
  productName: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(40)), "Muster"),
  site: v.optional(
    v.strictObject({
      domain: hostName,
      certificateArn: v.pipe(
        v.string(),
        v.regex(/^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/, "must be a certificate in us-east-1"),
      ),
    }),
  ),
  mail: v.strictObject({
    from: emailAddress,
    identity: v.optional(v.picklist(["domain", "address", "existing"]), "domain"),
    replyToInviter: v.optional(v.boolean(), true),
  }),
  firewall: v.optional(
    v.union([
      v.literal("none"),
      v.pipe(
        v.string(),
        v.regex(/^arn:aws[a-z-]*:wafv2:us-east-1:\d{12}:global\/webacl\/[\w-]+\/[\w-]+$/, "must be a global web ACL"),
      ),
    ]),
  ),
  freeSeats: v.optional(positiveInteger, 3),
  billing: v.optional(billingSchema, {}),
  resources: v.optional(resources, {}),
  sync: v.optional(syncSchema, {}),
  limits: v.optional(ChosenLimits, {}),
  mailPerHour: v.optional(positiveInteger, 2000),
  alarmEmail: v.optional(emailAddress),
  monthlyBudgetDollars: v.optional(positiveInteger, 50),
  protect: v.optional(v.boolean()),
  secretsRotatedOn: v.optional(v.pipe(v.string(), v.isoDate("must be a date, such as 2026-11-24"))),
});

const configSchema = v.strictObject({ stages: v.record(v.string(), stageConfigSchema) });

/**
 * An operator's choices for one stage.
 *
 * - `site`: a custom domain with its certificate; by default the site has CloudFront's domain.
 * - `mail.identity`: the identity that SES verifies: the sender's domain, the bare address, or nothing (it exists already).
 * - `mail.replyToInviter`: true if replies to an invitation go to its inviter, whose address the recipient then sees.
 * - `firewall`: the ARN of a web ACL, or "none"; by default it is created if the region is us-east-1.
 * - `sync.waitSeconds`: seconds that a device's request may wait for a change; by default devices only poll.
 * - `sync.signingKeyArns`: other keys that sign documents, the current one first; the stack's own comes last.
 * - `billing.plans`: the plans for sale, as `npm run stripe:setup` prints it; by default nothing.
 * - `billing.eventSource`: the source of Stripe's events through EventBridge too; by default only webhooks are used.
 * - `resources`: the desktop client, support, and pages elsewhere; by default nothing.
 * - `limits`: limits of requests other than the presets, by their names in `docs/limits.md`.
 * - `mailPerHour`: mails of the whole stage before the breaker opens.
 * - `protect`: data survives the stack; by default only for the stage `prod`.
 * - `secretsRotatedOn`: a new date makes CloudFront and the functions read the secrets again.
 */
export type StageConfig = v.InferOutput<typeof stageConfigSchema> & { protect: boolean };

// Functions

/** Reads the stage from `muster.config.json`, or from the file that MUSTER_CONFIG names. */
export function readStageConfig(stage: string, from = process.env.MUSTER_CONFIG ?? file): StageConfig {
  const configPath = path.resolve(process.cwd(), from);
  if (!existsSync(configPath)) {
    throw new Error(`${from} is missing: copy ${exampleFile} to ${file} and fill in the stage "${stage}".`);
  }
  return parseStageConfig(stage, JSON.parse(readFileSync(configPath, "utf8")), from);
}

/** The operator's own file if there is one, otherwise the example: enough to synthesize, never to deploy. */
export function configFileForSynth(): string {
  return process.env.MUSTER_CONFIG ?? (existsSync(path.resolve(process.cwd(), file)) ? file : exampleFile);
}

/** Fails with one sentence per mistake. */
export function parseStageConfig(stage: string, value: unknown, source: string): StageConfig {
  if (!/^[a-z][a-z0-9-]{0,15}$/.test(stage)) {
    throw new Error(`The stage "${stage}" must be 1 to 16 characters of a-z, 0-9 and "-", and begin with a letter.`);
  }
  const parsed = v.safeParse(configSchema, value);
  if (!parsed.success) {
    const sentences = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? "the file"}: ${issue.message}`);
    throw new Error(`${source} is not valid.\n${sentences.join("\n")}`);
  }
  const config = parsed.output.stages[stage];
  if (!config) {
    throw new Error(`${source} has no stage "${stage}"; it has ${Object.keys(parsed.output.stages).join(", ")}.`);
  }
  const protect = config.protect ?? stage === "prod";
  // threat: alarms of a deployment that people rely on reach nobody
  if (protect && config.alarmEmail === undefined) {
    throw new Error(
      `${source}: the stage "${stage}" protects its data, so it needs "alarmEmail": who learns of alarms.`,
    );
  }
  return { ...config, protect };
}
