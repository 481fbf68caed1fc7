import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { App, Aspects } from "aws-cdk-lib";
import type { CloudAssembly } from "aws-cdk-lib/cx-api";
import { AwsSolutionsChecks } from "cdk-nag";
import * as v from "valibot";
import { readStageConfig, type StageConfig } from "../config.ts";
import { type Muster, muster } from "../muster.ts";
import { placeholderArtifacts } from "./artifacts.ts";

const resourceSchema = v.object({
  Type: v.string(),
  Properties: v.optional(v.record(v.string(), v.unknown()), {}),
  Metadata: v.optional(v.record(v.string(), v.unknown()), {}),
  DeletionPolicy: v.optional(v.string()),
});
const templateSchema = v.object({
  Resources: v.record(v.string(), resourceSchema),
  Metadata: v.optional(v.record(v.string(), v.unknown()), {}),
});

// Shapes

export interface Resource extends v.InferOutput<typeof resourceSchema> {
  id: string;
  stack: string;
}

export interface Synthesis {
  stacks: Muster;
  assembly: CloudAssembly;
  resources: Resource[];
}

// Functions

/** One stage of the example configuration as CloudFormation would get it, with cdk-nag's findings. */
export function synthesize(stage: string, changes: Partial<StageConfig> = {}): Synthesis {
  const artifacts = placeholderArtifacts();
  const outdir = mkdtempSync(path.join(tmpdir(), "muster-synth-"));
  try {
    const app = new App({ outdir });
    const config = { ...readStageConfig(stage, "stacks/example.json"), ...changes };
    const stacks = muster(app, { stage, config, artifacts });
    Aspects.of(app).add(new AwsSolutionsChecks());
    const assembly = app.synth();
    return { stacks, assembly, resources: resourcesOf(assembly) };
  } finally {
    rmSync(outdir, { recursive: true });
    artifacts.remove();
  }
}

/** The resources of one type. */
export function ofType(synthesis: Synthesis, type: string): Resource[] {
  return synthesis.resources.filter((resource) => resource.Type === type);
}

function resourcesOf(assembly: CloudAssembly): Resource[] {
  return assembly.stacks.flatMap((stack) => {
    const { Resources } = v.parse(templateSchema, stack.template);
    return Object.entries(Resources).map(([id, resource]) => ({ ...resource, id, stack: stack.stackName }));
  });
}
