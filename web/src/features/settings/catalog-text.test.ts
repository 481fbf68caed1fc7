import type { FieldKey } from "@muster/settings/fields.ts";
import { noModel } from "@muster/settings/kind.ts";
import { expect, test } from "vitest";
import type { Catalog } from "#lib/catalog.ts";
import {
  contextText,
  identifierText,
  isFound,
  isNewSince,
  modelsByProvider,
  platformsOf,
  usable,
  vanished,
} from "./catalog-text.ts";
import { sideText } from "./history-text.ts";
import { listText, nameIn } from "./say.ts";
import { valueText } from "./setting-text.ts";

const model = (id: string) => ({ id, name: id, labels: [], modalities: [], state: "available" as const });
const catalog: Catalog = {
  version: 1,
  providers: [
    { id: "openai", name: "OpenAI" },
    { id: "none", name: "None" },
    { id: "google", name: "Google" },
  ],
  models: [model("google/a"), model("openai/b"), model("openai/c")],
  applications: [],
};

test("models stand under their provider, and a provider without any is left out", () => {
  const groups = modelsByProvider(catalog, ({ id }) => id !== "openai/b");
  expect(groups.map(({ provider, models }) => [provider.id, models.map(({ id }) => id)])).toEqual([
    ["openai", ["openai/c"]],
    ["google", ["google/a"]],
  ]);
});

test("a model is usable if it is allowed and its provider is on", () => {
  expect(usable(["openai/b", "google/a"], ["openai"])).toEqual(["openai/b"]);
  expect(usable([], ["openai"])).toEqual([]);
  expect(vanished(["openai/b", "openai/old"], catalog.models)).toEqual(["openai/old"]);
});

test("numbers and identifiers read as people say them", () => {
  expect([contextText(1_047_576), contextText(2_500_000), contextText(128_000)]).toEqual([
    "1M tokens",
    "2.5M tokens",
    "128k tokens",
  ]);
  expect(identifierText("macos:com.example.app")).toEqual({ platform: "macOS", name: "com.example.app" });
  expect(platformsOf({ identifiers: ["macos:a", "windows:b.exe", "macos:c"] })).toEqual(["macOS", "Windows"]);
});

test("a search finds all its words, in any order", () => {
  expect(isFound("opus CLAUDE", "Claude Opus", undefined)).toBe(true);
  expect(isFound("opus gpt", "Claude Opus")).toBe(false);
  expect(isFound(" ", "Claude Opus")).toBe(true);
});

test("new is what came after the list was saved", () => {
  expect(isNewSince({ addedAt: "2026-11-02" }, "2026-11-01")).toBe(true);
  expect(isNewSince({ addedAt: "2026-11-01" }, "2026-11-02")).toBe(false);
  expect(isNewSince({}, "2026-11-02")).toBe(false);
  expect(isNewSince({ addedAt: "2026-11-01" }, undefined)).toBe(false);
});

test("an entry is called as in its part of the catalog, in values, lists, and the history", () => {
  const known: Catalog = {
    ...catalog,
    models: [{ ...model("openai/b"), name: "B 4" }],
    applications: [{ id: "openai", name: "The app", category: "other", identifiers: [] }],
  };
  const namesOf = (field: FieldKey) => (entry: string) => nameIn(known, field, entry);
  expect(valueText("models.transcription", "openai/b", namesOf("models.transcription"))).toBe("B 4");
  expect(valueText("models.transcription", "openai/gone", namesOf("models.transcription"))).toBe("openai/gone");
  expect(valueText("models.transcription", noModel, namesOf("models.transcription"))).toBe("None");
  expect(listText("models.providers", ["openai"], namesOf("models.providers"))).toBe("1 provider: OpenAI");
  expect(listText("models.allowed", ["openai/b"], namesOf("models.allowed"))).toBe("1 model: B 4");
  expect(listText("sources.blocked", ["openai"], namesOf("sources.blocked"))).toBe("1 application: The app");
  expect(listText("websites.denied", ["openai"], namesOf("websites.denied"))).toBe("1 website: openai");
  expect(sideText("models.transcription", { value: "openai/b", isLocked: true }, namesOf("models.transcription"))).toBe(
    "B 4, locked",
  );
  expect(nameIn(undefined, "models.transcription", "openai/b")).toBe("openai/b");
});
