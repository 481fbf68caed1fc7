import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { depth } from "@muster/local/testing/random.ts";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { placeholderArtifacts } from "./testing/artifacts.ts";
import { type AwsEndpoint, startAwsEndpoint } from "./testing/aws-endpoint.ts";
import { synthesize } from "./testing/synthesis.ts";

const stage = "ci";
const region = "eu-west-1";
const templateSchema = v.object({ Resources: v.record(v.string(), v.unknown()) });

const { resources } = synthesize("dev", { stage });
const stackNames = [...new Set(resources.map(({ stack }) => stack))].sort();

const folder = mkdtempSync(path.join(tmpdir(), "muster-sst-"));
const output = path.join(folder, "dist");
const artifacts = placeholderArtifacts();
let endpoint: AwsEndpoint;

beforeAll(async () => {
  endpoint = await startAwsEndpoint(region);
  const example: unknown = JSON.parse(readFileSync("stacks/example.json", "utf8"));
  writeFileSync(path.join(folder, "config.json"), JSON.stringify(example).replace('"dev"', `"${stage}"`));
});

afterAll(async () => {
  await endpoint.stop();
  rmSync(folder, { recursive: true });
  artifacts.remove();
});

describe("sst build", () => {
  test("turns the stacks into a manifest, asking AWS only for the caller's identity", async () => {
    const { code, said } = await sst(["build", "--to", output]);
    expect(said).toContain("11 stacks");
    expect(code).toBe(0);
    expect(existsSync(path.join(output, "manifest.json"))).toBe(true);
    expect(new Set(endpoint.takeActions())).toEqual(new Set(["GetCallerIdentity"]));
  });

  test("gives every resource the name that plain CDK gives it, so that cdk deploy can take over", () => {
    const built = readdirSync(output)
      .filter((name) => name.endsWith(".template.json"))
      .flatMap((name) => {
        const { Resources } = v.parse(templateSchema, JSON.parse(readFileSync(path.join(output, name), "utf8")));
        return Object.keys(Resources).map((id) => `${name.replace(".template.json", "")} ${id}`);
      });
    // the id of a version ends in a hash of its function, to which SST adds its tags
    const named = (each: string) => each.replace(/(CurrentVersion\w{8})\w{32}$/, "$1");
    expect(built.map(named).sort()).toEqual(resources.map(({ id, stack }) => named(`${stack} ${id}`)).sort());
  });
});

describe("sst deploy, rehearsed", () => {
  test("uploads the code and creates every stack after those that it imports from", async () => {
    const { code, said } = await sst(["deploy", "--from", output]);
    expect(said).not.toMatch(/failed/i);
    expect(code).toBe(0);
    expect([...endpoint.rehearsal.outputs.keys()].sort()).toEqual(stackNames);
    expect(endpoint.rehearsal.outputs.get(`${stage}-muster-site`)).toMatchObject({ SiteUrl: expect.any(String) });
    expect(endpoint.takeActions().filter((action) => action === "CreateStack")).toHaveLength(stackNames.length);
  });

  const part = depth([], ["queues"]);
  test.each(part)("fails with the reason if a stack is refused: %s", async (name) => {
    const broken = path.join(output, `${stage}-muster-${name}.template.json`);
    writeFileSync(broken, readFileSync(broken, "utf8").replaceAll("VisibilityTimeout", "Visibility"));
    const fresh = await startAwsEndpoint(region);
    const { code, said } = await sst(["deploy", "--from", output, name], fresh.url);
    await fresh.stop();
    expect(said).toContain("AWS::SQS::Queue has no property Visibility.");
    expect(code).toBe(1);
  });
});

async function sst(command: string[], endpointUrl = endpoint.url) {
  const child = spawn(process.execPath, ["node_modules/sst/cli/sst.js", ...command, "--stage", stage], {
    env: {
      ...process.env,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL: endpointUrl,
      CI: "1",
      MUSTER_BUILT: artifacts.root,
      MUSTER_CONFIG: path.join(folder, "config.json"),
      SST_TELEMETRY_DISABLED: "1",
    },
  });
  const [said, complained, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: Number(code), said: said + complained };
}
