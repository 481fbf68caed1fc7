import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import path from "node:path";
import { originOf } from "@muster/functions/built.ts";
import { App } from "aws-cdk-lib";
import { afterEach, describe, expect, test, vi } from "vitest";
import shell from "../sst.config.ts";
import { builtArtifacts, releaseOfBuilds } from "./deployment.ts";
import { placeholderArtifacts } from "./testing/artifacts.ts";

/** Git answers as it does; a build only counts. */
vi.mock("node:child_process", async (importOriginal) => {
  const { execFileSync: run } = await importOriginal<typeof import("node:child_process")>();
  return {
    execFileSync: vi.fn((file: string, words: string[], options: object) =>
      file === "git" ? run(file, words, options) : "",
    ),
  };
});

const built = placeholderArtifacts();
const builds = () =>
  vi
    .mocked(execFileSync)
    .mock.calls.filter(([file]) => file === "npm")
    .map(([, words]) => words);
const deploy = () =>
  shell.stacks(Object.assign(new App(), { stage: "dev", region: "eu-west-1", account: "" }) as never);

afterEach(() => {
  vi.unstubAllEnvs();
  vi.mocked(execFileSync).mockClear();
});

describe("what is deployed", () => {
  test("has the release that is checked out", () => {
    expect(releaseOfBuilds(built)).toBe(originOf(process.cwd()).release);
  });

  test.each(["functions/dist/api/index.mjs", "web/dist/index.html"])("is what was built: %s", (file) => {
    const other = placeholderArtifacts();
    appendFileSync(path.join(other.root, file), "2020");
    expect(() => releaseOfBuilds(builtArtifacts(other.root))).toThrow(
      `${path.join(other.root, path.dirname(file))} was changed after it was built.`,
    );
    vi.stubEnv("MUSTER_BUILT", other.root);
    vi.stubEnv("MUSTER_CONFIG", "stacks/example.json");
    expect(deploy).toThrow("was changed after it was built.");
    other.remove();
  });

  test("is built for each deployment, unless somebody names what was built", () => {
    vi.stubEnv("MUSTER_CONFIG", "stacks/example.json");
    vi.stubEnv("MUSTER_BUILT", built.root);
    deploy();
    expect(builds()).toEqual([]);
    vi.stubEnv("MUSTER_BUILT", "");
    // what other tests have built here may be anything
    vi.mocked(execFileSync).mockImplementationOnce(() => {
      throw new Error("It was built.");
    });
    expect(deploy).toThrow("It was built.");
    expect(builds()).toEqual([["run", "build"]]);
  });
});
