import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { isShownAtOnce } from "./chunks.ts";

const src = join(import.meta.dirname, "src");
const sources = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !file.includes(".test."))
  .map((file) => ({ file: join(src, file), text: readFileSync(join(src, file), "utf8") }));
const part = /\b(?:afterPage|needed)\(\s*\(\)\s*=>\s*import\("([^"]+)"\)/g;
/** What a page that fails shows in its place. */
const rare = /\/failure\/broken\.tsx$/;

test("no part that pages show at once is in a file of rare dialogs", () => {
  const parts = sources.flatMap(({ file, text }) =>
    [...text.matchAll(part)].map(([, path = ""]) =>
      path.startsWith("#") ? join(src, path.slice(1)) : join(dirname(file), path),
    ),
  );
  expect(parts.length).toBeGreaterThan(25);
  expect(parts.filter((id) => !rare.test(id) && !isShownAtOnce(id))).toEqual([]);
});

test("a part that comes after its page has the place of it reserved", () => {
  const bare = sources.flatMap(({ file, text }) =>
    [...text.matchAll(/const (\w+) = lazy\(\s*afterPage\(/g)]
      .filter(([, name]) => new RegExp(`<Suspense>\\s*<${name}\\b`).test(text))
      .map(([, name]) => `${name} of ${file}`),
  );
  expect(bare).toEqual([]);
});
