import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { placeholderArtifacts } from "./testing/artifacts.ts";
import { type AwsEndpoint, startAwsEndpoint } from "./testing/aws-endpoint.ts";
import { synthesize } from "./testing/synthesis.ts";

const stage = "ci";
const buildTimeoutSeconds = 120;

describe("sst build", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "muster-sst-"));
  const output = path.join(folder, "dist");
  const artifacts = placeholderArtifacts();
  let endpoint: AwsEndpoint;

  beforeAll(async () => {
    endpoint = await startAwsEndpoint();
    const example: unknown = JSON.parse(readFileSync("stacks/example.json", "utf8"));
    writeFileSync(path.join(folder, "config.json"), JSON.stringify(example).replace('"dev"', `"${stage}"`));
  });

  afterAll(async () => {
    await endpoint.stop();
    rmSync(folder, { recursive: true });
    artifacts.remove();
  });

  test(
    "turns the stacks into a manifest, asking AWS only who is calling",
    async () => {
      const { code, said } = await sst(["build", "--stage", stage, "--to", output]);
      expect(said).toContain("8 stacks");
      expect(code).toBe(0);
      expect(existsSync(path.join(output, "manifest.json"))).toBe(true);
      expect(existsSync(path.join(output, `${stage}-muster-api.template.json`))).toBe(true);
      expect(new Set(endpoint.actions)).toEqual(new Set(["GetCallerIdentity"]));
    },
    buildTimeoutSeconds * 1000,
  );

  test("gives every resource the name that plain CDK gives it, so that cdk deploy can take over", () => {
    const { resources } = synthesize("dev", { stage });
    const built = readdirSync(output)
      .filter((name) => name.endsWith(".template.json"))
      .flatMap((name) => {
        const template: unknown = JSON.parse(readFileSync(path.join(output, name), "utf8"));
        const { Resources } = v.parse(v.object({ Resources: v.record(v.string(), v.unknown()) }), template);
        return Object.keys(Resources).map((id) => `${name.replace(".template.json", "")} ${id}`);
      });
    expect(built.sort()).toEqual(resources.map(({ id, stack: name }) => `${name} ${id}`).sort());
  });

  async function sst(command: string[]) {
    const child = spawn(process.execPath, ["node_modules/sst/cli/sst.js", ...command], {
      env: {
        ...process.env,
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_ENDPOINT_URL: endpoint.url,
        MUSTER_BUILT: artifacts.root,
        MUSTER_CONFIG: path.join(folder, "config.json"),
        SST_TELEMETRY_DISABLED: "1",
      },
    });
    const [said, complained, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
    return { code: Number(code), said: said + complained };
  }
});
