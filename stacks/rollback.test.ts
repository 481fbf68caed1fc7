import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { functionNames } from "./deployment.ts";
import { type AwsEndpoint, startAwsEndpoint } from "./testing/aws-endpoint.ts";

const region = "eu-west-1";
let aws: AwsEndpoint;

/** A stage to which three releases were deployed, the last of which was deployed twice. */
beforeEach(async () => {
  aws = await startAwsEndpoint(region);
  aws.rehearsal.outputs.set("dev-muster-site", { SiteBucket: "dev-site" });
  for (const name of functionNames) {
    aws.functions.set(`dev-muster-${name}`, { live: "4", releases: ["v1.0.0", "v1.1.0+", "v1.2.0", "v1.2.0"] });
  }
  for (const release of ["v1.1.0+", "v1.2.0"]) {
    for (const page of ["index.html", "docs/index.html"]) {
      aws.objects.set(`releases/${release}/${page}`, Buffer.from(`${page} of ${release}`));
      aws.objects.set(page, Buffer.from(`${page} of ${release}`));
    }
  }
});
afterEach(() => aws.stop());

async function rollback(...words: string[]) {
  const child = spawn(process.execPath, ["--import", "tsx", "stacks/rollback.ts", ...words], {
    env: {
      ...process.env,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL: aws.url,
      AWS_MAX_ATTEMPTS: "1",
      NODE_NO_WARNINGS: "1",
      MUSTER_CONFIG: "stacks/example.json",
    },
  });
  const [said, complained, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: Number(code), said, complained };
}

const live = () => [...new Set([...aws.functions.values()].map((one) => one.live))];
const page = (name: string) => aws.objects.get(name)?.toString("utf8");

test("moves pages and functions back to the last release, and says what it does not undo", async () => {
  const { code, said, complained } = await rollback("--stage", "dev");
  expect([code, complained]).toEqual([0, ""]);
  expect(live()).toEqual(["2"]);
  expect([page("index.html"), page("docs/index.html")]).toEqual([
    "index.html of v1.1.0+",
    "docs/index.html of v1.1.0+",
  ]);
  expect(said).toMatch(/^dev: v1\.2\.0 → v1\.1\.0\+, /);
  for (const word of ["rows", "settings", "schema", "resources of the stacks"]) expect(said).toContain(word);

  const moved = aws.takeActions().filter((action) => action.startsWith("PUT"));
  // nothing is deleted: a tab of the newer release goes on with its own files
  const index = moved.lastIndexOf("PUT object");
  expect(index).toBe(1);
  expect(moved.slice(2, 4).sort()).toEqual(["PUT dev-muster-api aliases live", "PUT dev-muster-sync aliases live"]);
});

test("moves forward to the newest version of a release that is named", async () => {
  await rollback("--stage", "dev");
  const { code } = await rollback("--stage", "dev", "--to", "v1.2.0");
  expect([code, live(), page("index.html")]).toEqual([0, ["4"], "index.html of v1.2.0"]);
});

test("moves nothing if pages are not kept, or a function has no such version", async () => {
  expect(await rollback("--stage", "dev", "--to", "v1.0.0")).toMatchObject({
    code: 1,
    complained: "The pages of v1.0.0 are not kept.\n",
  });
  aws.functions.set("dev-muster-checks", { live: "2", releases: ["v1.0.0", "v1.2.0"] });
  expect(await rollback("--stage", "dev")).toMatchObject({
    code: 1,
    complained: "dev-muster-checks: there is no version of v1.1.0+.\n",
  });
  aws.functions.delete("dev-muster-checks");
  expect((await rollback("--stage", "dev")).code).toBe(1);
  expect([live(), page("index.html")]).toEqual([["4"], "index.html of v1.2.0"]);
});

test("leaves a function that is new since, and says so", async () => {
  aws.functions.set("dev-muster-checks", { live: "1", releases: ["v1.2.0"] });
  const { code, said } = await rollback("--stage", "dev");
  expect([code, aws.functions.get("dev-muster-checks")?.live, live().sort()]).toEqual([0, "1", ["1", "2"]]);
  expect(said).toContain("- dev-muster-checks is new since, and stays.\n");
});

test("asks for a release if an earlier rollback was interrupted, or if there is none before", async () => {
  aws.functions.set("dev-muster-api", { live: "2", releases: ["v1.0.0", "v1.1.0+", "v1.2.0", "v1.2.0"] });
  const { code, complained } = await rollback("--stage", "dev");
  expect([code, complained]).toEqual([
    1,
    "The functions are of several releases, v1.1.0+ and v1.2.0: choose one with --to.\n",
  ]);
  for (const name of functionNames) aws.functions.set(`dev-muster-${name}`, { live: "1", releases: ["v1.0.0"] });
  expect((await rollback("--stage", "dev")).complained).toBe("No release was deployed before v1.0.0.\n");
  expect((await rollback()).code).toBe(2);
});
