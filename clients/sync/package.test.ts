import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL(".", import.meta.url));
// not in the folder of the package that is published: a build of that one empties it
const out = join(root, "..", "dist", `package-${process.pid}`);
const node = (...args: string[]) => execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" });

beforeAll(() => node("build.mjs", "--types", "--out", out));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const textsIn = (folder: string, end: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(end))
    .map((name) => readFileSync(join(folder, name), "utf8"));

test("what is published needs two packages, and the parts of Node.js", () => {
  const imported = textsIn(out, ".js").flatMap((text) => [...text.matchAll(/^import .*?"([^"]+)";$/gm)]);
  const others = imported.map(([, name = ""]) => name).filter((name) => !/^(node:|\.\/)/.test(name));
  expect([...new Set(others)].toSorted()).toEqual(["hpke", "jose"]);
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { dependencies: object };
  expect(Object.keys(dependencies)).toEqual(["hpke", "jose"]);
});

test("an import does no work", () => {
  const script = `await import(${JSON.stringify(join(out, "sync.js"))});
    await new Promise((resolve) => setImmediate(resolve));
    process.stdout.write(JSON.stringify(process.getActiveResourcesInfo().filter((one) => !/^(Immediate|PipeWrap)$/.test(one))));`;
  expect(node("--input-type=module", "--eval", script)).toBe("[]");
});

/** Stubs of all that the samples of the README leave to the embedding client, and of Electron. */
const surroundings = `declare module "electron" {
  export const app: { getVersion(): string; getPath(name: "userData"): string };
  export const net: { fetch(input: string, init?: RequestInit): Promise<Response> };
  export const shell: { openExternal(url: string): Promise<void> };
  export const safeStorage: { encryptString(text: string): Buffer; decryptString(encrypted: Buffer): string };
}
declare const capture: { deny(websites: readonly string[]): void };
declare function tellTheMember(reason: "version_too_old" | "not_accepted" | "lock_lost", message: string): void;
declare function removeWhatIKept(): Promise<void>;
`;
const example = `import { type Change, type FieldKey, KeysDamaged, type Section, start, type Why } from "@muster/sync";
const client = await start({ folder: "x", app: "Example", appVersion: "1.0.0", on: { wipe: () => {} } });
const denied: readonly string[] = client.effective("websites.denied");
const [section, key]: [Section, FieldKey] = ["models", "features.telemetry"];
const known: Why<boolean> = client.why("features.telemetry");
const perhaps: Why | undefined = client.why(String(key));
client.on("change", async ({ report }: Change) => void (await report(section, "enforced")));
// @ts-expect-error there is no such setting
client.effective("websites.nothing");
// @ts-expect-error somebody has to remove what the client keeps
await start({ folder: "x", app: "Example", appVersion: "1.0.0", on: {} });
export { denied, KeysDamaged, known, perhaps };
`;

test("its types are whole: the samples of the README and a client that is checked strictly can use them", () => {
  expect(textsIn(join(out, "types"), ".d.ts").filter((text) => text.includes("@muster/"))).toEqual([]);
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const samples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
  expect(samples.length).toBeGreaterThan(7);
  const files = { "readme.ts": samples.join("\n"), "surroundings.d.ts": surroundings, "example.ts": example };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(out, name), text);
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    module: "nodenext",
    target: "es2023",
    types: ["node"],
    paths: { "@muster/sync": ["./types/sync/sync.d.ts"] },
  };
  writeFileSync(join(out, "tsconfig.json"), JSON.stringify({ compilerOptions, files: Object.keys(files) }));
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, "--project", out], { encoding: "utf8" });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
});
