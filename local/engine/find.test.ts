import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { listen } from "@muster/local-base/server.ts";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { EngineMissing, engineVersion, findEngine } from "./find.ts";
import { install } from "./install.ts";

const real = await findEngine({ installIn: join(process.cwd(), "node_modules/.cache/muster") });
const name = `@dynoxide/${process.platform}-${process.arch}`;
const folder = mkdtempSync(join(tmpdir(), "muster-find-"));
const installed = join(folder, "engine", engineVersion, "node_modules", name, "dynoxide");
const path = join(folder, "path");
const said: string[] = [];

/** Finds an engine on a system for which this repository has no package. */
const find = (more: { installIn?: string; platform?: string } = {}) =>
  findEngine({ resolve: () => undefined, say: (text) => void said.push(text), ...more });

/** A program that says that it is an engine of some version. */
function engineOf(version: string, file: string) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho "dynoxide ${version}"\n`);
  chmodSync(file, 0o755);
  return file;
}

beforeEach(() => {
  vi.stubEnv("PATH", path);
  vi.stubEnv("npm_config_cache", join(folder, "cache"));
  mkdirSync(path, { recursive: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
  said.length = 0;
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("without a package in the repository", () => {
  test("the engine of this system is installed into the folder, once and at the tested version", async () => {
    const registry = await openRegistry();
    vi.stubEnv("npm_config_registry", registry.url);
    expect(await find({ installIn: folder })).toBe(installed);
    expect(said.join("")).toBe(`Installing the table engine ${name} 1.2.1 into ${join(folder, "engine", "1.2.1")} …\n`);
    expect(execFileSync(installed, ["--version"], { encoding: "utf8" })).toBe("dynoxide 1.2.1\n");
    expect(registry.asked()).toBeGreaterThan(0);
    await registry.stop();

    said.length = 0;
    expect(await find({ installIn: folder })).toBe(installed);
    expect(said).toEqual([]);
  });

  test("an engine that does not run here is downloaded once, and what is wrong is said", async () => {
    const broken = join(folder, "broken");
    mkdirSync(folder, { recursive: true });
    writeFileSync(broken, "#!/nowhere/ld-musl.so\n", { mode: 0o755 });
    const registry = await openRegistry(broken);
    vi.stubEnv("npm_config_registry", registry.url);
    const why = `The package ${name} is installed, but no dynoxide 1.2.1 of it runs here. To install it again, delete ${join(folder, "engine", "1.2.1")}.`;
    await expect(find({ installIn: folder })).rejects.toThrow(why);
    const asked = registry.asked();
    expect(asked).toBeGreaterThan(0);
    said.length = 0;
    await expect(find({ installIn: folder })).rejects.toThrow(why);
    expect([registry.asked(), said]).toEqual([asked, []]);

    rmSync(join(folder, "engine"), { recursive: true });
    symlinkSync(real, join(path, "dynoxide"));
    expect(await find({ installIn: folder })).toBe(join(path, "dynoxide"));
    await registry.stop();
  });

  test("two starts that install at the same time use the engine of the first that ends", async () => {
    const registry = await openRegistry();
    vi.stubEnv("npm_config_registry", registry.url);
    const into = join(folder, "engine", engineVersion);
    expect(await install(`${name}@${engineVersion}`, into)).toBe("");
    const first = statSync(installed).ino;
    expect(await install(`${name}@${engineVersion}`, into)).toBe("");
    expect(statSync(installed).ino).toBe(first);
    expect(readdirSync(dirname(into))).toEqual([engineVersion]);
    await registry.stop();
  });

  test("what a killed install left behind is removed, and what a running one has begun stays", async () => {
    const into = join(folder, "engine", engineVersion);
    const ended = spawnSync(process.execPath, ["--version"]).pid;
    const [left, begun] = [`.new-${ended}-abc`, `.new-${process.ppid}-abc`];
    for (const one of [left, begun]) mkdirSync(join(dirname(into), one), { recursive: true });
    engineOf(engineVersion, installed);
    expect(await find({ installIn: folder })).toBe(installed);
    expect(readdirSync(dirname(into)).toSorted()).toEqual([begun, engineVersion].toSorted());
  });

  test("a dynoxide on the PATH is used if it has the tested version", async () => {
    symlinkSync(real, join(path, "dynoxide"));
    expect(await find()).toBe(join(path, "dynoxide"));
  });

  test("one of another version is refused, with what to do", async () => {
    const other = engineOf("1.3.0", join(path, "dynoxide"));
    await expect(find()).rejects.toThrow(`${other} is version 1.3.0; Muster is tested with version 1.2.1.`);
    await expect(find()).rejects.toThrow("To use a dynoxide of another version, name it by MUSTER_ENGINE.");
  });

  test("what an earlier release installed is not used", async () => {
    engineOf("1.1.0", installed);
    await expect(find({ installIn: folder })).rejects.toThrow("is version 1.1.0");
  });
});

describe("MUSTER_ENGINE", () => {
  test("is used whatever its version, which is said", async () => {
    const other = engineOf("1.3.0", join(folder, "mine"));
    vi.stubEnv("MUSTER_ENGINE", other);
    expect(await find()).toBe(other);
    expect(said).toEqual([`The table engine is ${other}, version 1.3.0; Muster is tested with version 1.2.1.\n`]);
  });

  test("is refused if it is no engine", async () => {
    vi.stubEnv("MUSTER_ENGINE", process.execPath);
    await expect(find()).rejects.toThrow("is no dynoxide that runs here");
  });
});

describe("without any engine for this system", () => {
  const message = (platform: string) =>
    find({ installIn: folder, platform }).then(
      () => "",
      (error: Error) => (error instanceof EngineMissing ? error.message : ""),
    );

  test("the reason and two other ways are given", async () => {
    const registry = await openRegistry();
    vi.stubEnv("npm_config_registry", registry.url);
    const text = await message("sunos");
    expect(text).toContain(`The package @dynoxide/sunos-${process.arch} could not be installed: 404`);
    expect(text).toContain("  npm pack amplify-dynamodb-simulator@2.9.30\n");
    expect(text).toContain("  export MUSTER_DYNAMODB_ENDPOINT=http://127.0.0.1:8000\n  npm start\n");
    expect(text).toContain(
      "  export MUSTER_DYNAMODB_ENDPOINT=https://dynamodb.eu-central-1.amazonaws.com\n  npm start",
    );
    await registry.stop();
    expect(existsSync(installed)).toBe(false);
  });

  test("the commands are those of the system's shell", async () => {
    vi.stubEnv("npm_config_registry", "http://127.0.0.1:9");
    vi.stubEnv("npm_config_fetch_retries", "0");
    expect(await message("win32")).toContain('  $env:MUSTER_DYNAMODB_ENDPOINT="http://127.0.0.1:8000"\n');
  });
});

/** A package registry that has the engine of this system and nothing else. */
async function openRegistry(engine = real) {
  const own = mkdtempSync(join(tmpdir(), "muster-registry-"));
  mkdirSync(join(own, "package"));
  symlinkSync(engine, join(own, "package", "dynoxide"));
  writeFileSync(join(own, "package", "package.json"), JSON.stringify({ name, version: engineVersion }));
  execFileSync("/usr/bin/env", ["-S", "PATH=/usr/bin:/bin", "tar", "-chzf", join(own, "a.tgz"), "-C", own, "package"]);
  const tarball = readFileSync(join(own, "a.tgz"));
  rmSync(own, { recursive: true });
  const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  let asked = 0;
  const server = await listen((request, response) => {
    asked += 1;
    const url = decodeURIComponent(request.url ?? "");
    if (url === `/${name}.tgz`) return response.end(tarball);
    if (url !== `/${name}`) return response.writeHead(404).end("{}");
    const dist = { integrity, tarball: `http://${request.headers.host}/${name}.tgz` };
    const versions = { [engineVersion]: { name, version: engineVersion, dist } };
    return response.end(JSON.stringify({ name, "dist-tags": { latest: engineVersion }, versions }));
  });
  return { url: server.endpoint, asked: () => asked, stop: server.stop };
}
