import path from "node:path";
import { builtRelease } from "@muster/functions/built.ts";
import { RemovalPolicy } from "aws-cdk-lib";
import type { StageConfig } from "./config.ts";

/** The bundles that `functions/bundle.ts` builds, one Lambda function each. */
export const functionNames = [
  "api",
  "sync",
  "identity",
  "follow",
  "view",
  "work",
  "mail",
  "bulk",
  "imports",
  "checks",
  "clock",
  "mail-events",
  "stripe",
  "stripe-bus",
] as const;

// Shapes

export type FunctionName = (typeof functionNames)[number];

/** The common input of every stack. */
export type Deployment = {
  stage: string;
  config: StageConfig;
  artifacts: Artifacts;
  /** The name of the code that runs, for the log. */
  release: string;
};

/** Absolute paths of earlier builds: `functions/<name>/index.mjs`, and the site with its `assets`. */
export type Artifacts = {
  functions: string;
  site: string;
};

// Functions

/** Returns the places of the builds' results: in the repository, or in the folder that MUSTER_BUILT names. */
export function builtArtifacts(root = path.resolve(process.env.MUSTER_BUILT ?? "")): Artifacts {
  return { functions: path.join(root, "functions/dist"), site: path.join(root, "web/dist") };
}

/**
 * Returns the release of the builds, which all stacks of a deployment are.
 * @throws an error if one of them is not what is checked out
 */
export function releaseOfBuilds({ functions, site }: Artifacts): string {
  return builtRelease([...functionNames.map((name) => path.join(functions, name)), site], process.cwd());
}

/**
 * Returns the policy for data whose stack is removed: protected data stays. What a first deployment that fails has created
 * goes, so that the next one does not find its names taken.
 */
export const removalPolicyOf = ({ config }: Pick<Deployment, "config">): RemovalPolicy =>
  config.protect ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;

/** A description that changes with the secrets, so that CloudFormation updates what read them. */
export function describeResource(deployment: Deployment, part: string): string {
  const { secretsRotatedOn } = deployment.config;
  return `${resourceName(deployment, part)}${secretsRotatedOn ? `, secrets of ${secretsRotatedOn}` : ""}`;
}

/** Names of stacks and of what an operator has to find: `prod-muster-mail`. */
export function resourceName(deployment: Pick<Deployment, "stage">, part?: string): string {
  return [deployment.stage, "muster", part].filter(Boolean).join("-");
}
