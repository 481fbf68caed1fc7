import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { App, Aspects } from "aws-cdk-lib";
import type { CloudAssembly } from "aws-cdk-lib/cx-api";
import { AwsSolutionsChecks } from "cdk-nag";
import * as v from "valibot";
import { readStageConfig, type StageConfig } from "../config.ts";
import { muster } from "../muster.ts";
import { placeholderArtifacts } from "./artifacts.ts";

const resourceSchema = v.object({
  Type: v.string(),
  Properties: v.optional(v.record(v.string(), v.unknown()), {}),
  Metadata: v.optional(v.record(v.string(), v.unknown()), {}),
  DeletionPolicy: v.optional(v.string()),
  DependsOn: v.optional(v.array(v.string()), []),
});
const statementSchema = v.object({
  Effect: v.picklist(["Allow", "Deny"]),
  Action: v.pipe(
    v.union([v.string(), v.array(v.string())]),
    v.transform((actions) => [actions].flat()),
  ),
  Resource: v.optional(v.unknown()),
  Principal: v.optional(v.unknown()),
  Condition: v.optional(v.unknown()),
});
const templateSchema = v.object({
  Resources: v.record(v.string(), resourceSchema),
  Metadata: v.optional(v.record(v.string(), v.unknown()), {}),
});

// Shapes

export type Resource = {
  id: string;
  stack: string;
} & v.InferOutput<typeof resourceSchema>;

export type Statement = v.InferOutput<typeof statementSchema>;

export type Synthesis = {
  config: StageConfig;
  assembly: CloudAssembly;
  resources: Resource[];
};

type Changes = Partial<StageConfig> & { stage?: string };

/** The name of the code that is deployed. */
export const testRelease = "v9.9.9";

/** Later additions of an operator to the example: a domain, and plans at Stripe. */
export const grown = {
  site: {
    domain: "muster.example.org",
    certificateArn: "arn:aws:acm:us-east-1:111111111111:certificate/00000000-0000-0000-0000-000000000000",
  },
  billing: {
    plans: [
      { id: "monthly", price: "price_monthly", amount: 1000, currency: "eur" },
      { id: "yearly", price: "price_yearly", amount: 9600, currency: "eur" },
    ],
    trialDays: 14,
    trialSeats: 25,
    maxSeats: 10_000,
    unusedTime: "lost",
    invoicedSeats: "paid",
    graceDays: 14,
    paymentMethodTypes: ["card", "sepa_debit"],
    tax: true,
    eventSource: "aws.partner/stripe.com/ed_example",
  },
} satisfies Partial<StageConfig>;

/** Another stage like it, for which an operator has decided differently. */
export const changed = {
  stage: "prod2",
  limits: {
    gatewayPerSecond: 500,
    gatewayAtOnce: 900,
    devicesPerSecond: 250,
    firewallPerAddress: 9_000,
    codesPerNetwork: 2_000,
  },
  mail: { from: "muster@example.org", identity: "existing", replyToInviter: true },
  secretsRotatedOn: "2026-12-24",
} satisfies Changes;

// Functions

const known = new Map<string, Synthesis>();

/** One stage of the example configuration as CloudFormation would get it; each is made once per process. */
export function synthesize(example: "dev" | "prod", changes: Changes = {}): Synthesis {
  const name = JSON.stringify([example, changes]);
  const synthesis = known.get(name) ?? made(example, changes);
  known.set(name, synthesis);
  return synthesis;
}

/** The same with cdk-nag's findings, which take longer than the rest. */
export function inspect(example: "dev" | "prod"): Synthesis {
  const synthesis = made(example, {}, new AwsSolutionsChecks());
  known.set(JSON.stringify([example, {}]), synthesis);
  return synthesis;
}

function made(example: "dev" | "prod", { stage = example, ...changes }: Changes, checks?: AwsSolutionsChecks) {
  const artifacts = placeholderArtifacts();
  const outdir = mkdtempSync(path.join(tmpdir(), "muster-synth-"));
  try {
    const app = new App({ outdir });
    const config = { ...readStageConfig(example, "stacks/example.json"), ...changes };
    muster(app, { stage, config, artifacts, release: testRelease });
    if (checks) Aspects.of(app).add(checks);
    const assembly = app.synth();
    return { config, assembly, resources: resourcesOf(assembly) };
  } finally {
    rmSync(outdir, { recursive: true });
    artifacts.remove();
  }
}

/** The resources of one type. */
export function ofType(synthesis: Synthesis, type: string): Resource[] {
  return synthesis.resources.filter((resource) => resource.Type === type);
}

/** The value of a property, in which the function itself is in the place of its alias. */
export function behindAlias(synthesis: Synthesis, stack: string, value: unknown): string {
  return ofType(synthesis, "AWS::Lambda::Alias")
    .filter((alias) => alias.stack === stack)
    .reduce(
      (text, { id, Properties }) => text.replaceAll(`{"Ref":"${id}"}`, JSON.stringify(Properties.FunctionName)),
      JSON.stringify(value),
    );
}

/** The statements of a policy, whatever it is attached to. */
export function statementsOf(policy: Resource | undefined): Statement[] {
  return v.parse(v.object({ Statement: v.array(statementSchema) }), policy?.Properties.PolicyDocument).Statement;
}

function resourcesOf(assembly: CloudAssembly): Resource[] {
  return assembly.stacks.flatMap((stack) => {
    const { Resources } = v.parse(templateSchema, stack.template);
    return Object.entries(Resources).map(([id, resource]) => ({ ...resource, id, stack: stack.stackName }));
  });
}
