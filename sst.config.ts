import { execFileSync } from "node:child_process";
import type { SSTConfig } from "sst";
import { readStageConfig } from "./stacks/config.ts";
import { builtArtifacts, releaseOfBuilds } from "./stacks/deployment.ts";
import { firewallRegion } from "./stacks/firewall.ts";
import { firewall, muster } from "./stacks/muster.ts";

/** SST is only the shell: it bundles this file, has everything built, asks AWS for the caller's identity, and deploys the plain stacks. */
export default {
  config(globals) {
    const stage = globals.stage ?? process.env.SST_STAGE;
    if (!stage) {
      throw new Error("Name the stage: npx sst deploy --stage dev");
    }
    return { name: "muster", stage, region: globals.region ?? readStageConfig(stage).region };
  },
  stacks(app) {
    const config = readStageConfig(app.stage);
    // threat: a deployment takes what was built before
    if (!process.env.MUSTER_BUILT) execFileSync("npm", ["run", "build"], { stdio: "inherit" });
    const artifacts = builtArtifacts();
    const deployment = { stage: app.stage, config, artifacts, release: releaseOfBuilds(artifacts) };
    if (app.region === config.region) {
      muster(app, deployment, { account: app.account });
    } else if (app.region === firewallRegion) {
      firewall(app, deployment, { account: app.account });
    } else {
      throw new Error(`The stage "${app.stage}" is in ${config.region}, not in ${app.region}.`);
    }
  },
} satisfies SSTConfig;
