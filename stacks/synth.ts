import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { bundle } from "@muster/functions/bundle.ts";
import { App, Aspects } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { configFileForSynth, readStageConfig } from "./config.ts";
import { builtArtifacts, functionNames, releaseOfBuilds } from "./deployment.ts";
import { findings } from "./findings.ts";
import { muster } from "./muster.ts";

const { values } = parseArgs({ options: { stage: { type: "string", multiple: true, default: ["dev", "prod"] } } });

await buildMissing();
let failed = false;
for (const stage of values.stage) {
  failed = synthesize(stage) || failed;
}
process.exitCode = failed ? 1 : 0;

/** Writes cdk.out/<stage>, without calls to AWS, and says whether cdk-nag found anything. */
function synthesize(stage: string): boolean {
  const source = configFileForSynth();
  const app = new App({ outdir: path.join("cdk.out", stage) });
  const artifacts = builtArtifacts();
  muster(app, { stage, config: readStageConfig(stage, source), artifacts, release: releaseOfBuilds(artifacts) });
  Aspects.of(app).add(new AwsSolutionsChecks({ verbose: true }));
  const assembly = app.synth();
  const found = findings(assembly);
  const summary = found.length === 0 ? "no finding" : `${found.length} findings\n${found.join("\n")}`;
  process.stdout.write(`${stage} (${source}): ${assembly.stacks.length} stacks in ${assembly.directory}, ${summary}\n`);
  return found.length > 0;
}

/** Builds what is missing. Another build than that of this checkout is refused, not replaced. */
async function buildMissing(): Promise<void> {
  const { functions, site } = builtArtifacts();
  if (functionNames.some((name) => !existsSync(path.join(functions, name, "index.mjs")))) {
    await bundle();
  }
  if (!existsSync(path.join(site, "index.html"))) {
    execFileSync("npm", ["run", "build", "--workspace", "web"], { stdio: "inherit" });
  }
}
