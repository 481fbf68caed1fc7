import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const css = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");
const light = tokens(/:root,\n\[data-theme="light"\] \{/);
const themes = { light, dark: { ...light, ...tokens(/\n\[data-theme="dark"\] \{/) } };

const people = ["slate", "red", "orange", "amber", "green", "teal", "blue", "violet", "pink"];

const textPairs = [
  ...["bg", "surface", "surface-2"].flatMap((ground) => ["fg", "fg-2", "fg-3"].map((text) => [text, ground])),
  ...["primary", "primary-hover"].map((ground) => ["primary-fg", ground]),
  ...["danger", "danger-hover"].map((ground) => ["danger-fg", ground]),
  ...["surface", "bg"].flatMap((ground) => ["accent-text", "danger-text"].map((text) => [text, ground])),
  ...["accent", "success", "warning", "danger"].map((tone) => [`${tone}-text`, `${tone}-soft`]),
  ...people.map((color) => ["person-fg", `person-${color}`]),
  ["fg", "surface-3"],
  ["fg-3", "surface-3"],
  ["fg", "accent-soft"],
  ["accent-fg", "accent"],
];

const graphicPairs = [
  ["control", "surface"],
  ["control", "bg"],
  ["accent", "surface"],
  ["accent", "bg"],
  ["accent", "surface-3"],
  ["warning", "surface-3"],
];

describe.each(Object.entries(themes))("the %s theme", (_, theme) => {
  test.each(textPairs)("writes %s on %s at 4.5:1 or more", (text, ground) => {
    expect(contrast(theme, text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(graphicPairs)("draws %s on %s at 3:1 or more", (graphic, ground) => {
    expect(contrast(theme, graphic, ground)).toBeGreaterThanOrEqual(3);
  });
});

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(theme: Record<string, string>, one = "", other = "") {
  const [brighter = 0, darker = 0] = [theme[one], theme[other]].map(luminance).sort((a, b) => b - a);
  return (brighter + 0.05) / (darker + 0.05);
}

function luminance(color: string | undefined) {
  if (color === undefined) {
    throw new Error("A pair names a color that the tokens do not have.");
  }
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => linear(Number.parseInt(color.slice(at, at + 2), 16)));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linear(channel: number) {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function tokens(selector: RegExp) {
  const start = css.search(selector);
  const block = css.slice(start, css.indexOf("}", start));
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, hex]) => [name, hex]));
}
