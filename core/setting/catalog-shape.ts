import { readApplication, readIdentifier, readModel, readProvider } from "@muster/settings/entry.ts";
import * as v from "valibot";
import { Integer, plainLine } from "../base/shape.ts";
import { modalities, modelLabels, modelStates } from "./shape.ts";

// What a catalog holds.

/** Bytes of a catalog. It is one row. */
const maxBytes = 200_000;
const maxThings = 2_000;

const named = (read: (text: string) => { entry: string } | { problem: string }, problem: string) =>
  v.pipe(
    v.string(),
    v.check((text) => "entry" in read(text), problem),
  );
const Name = plainLine("name", 80);

/** A provider of models. */
export const Provider = v.strictObject({
  /** Its id, which the ids of its models begin with: `openai`. */
  id: named(readProvider, "A provider has an id such as openai."),
  /** The name that people know. */
  name: Name,
});

/** A model. */
export const Model = v.strictObject({
  /** Its provider and its own id: `openai/gpt-4.1`. */
  id: named(readModel, "A model has an id such as openai/gpt-4.1."),
  /** The name that people know. */
  name: Name,
  /** A sentence about its strengths. */
  description: v.optional(plainLine("description", 200)),
  /** Its known strengths. */
  labels: v.optional(v.array(v.picklist(modelLabels)), []),
  /** The tokens that it reads at once. */
  context: v.optional(Integer),
  /** The kinds of input that it reads. */
  modalities: v.pipe(v.array(v.picklist(modalities)), v.minLength(1, "Name what it reads.")),
  /** Its availability: a deprecated model is about to end. */
  state: v.optional(v.picklist(modelStates), "available"),
});

/** A desktop application that clients may capture. */
export const Application = v.strictObject({
  /** Its id: `slack`. */
  id: named(
    (text) => (text.includes(":") ? { problem: "" } : readApplication(text)),
    "An application has an id such as slack.",
  ),
  /** The name that people know. */
  name: Name,
  /** Its purpose, as a heading. */
  category: Name,
  /** Its ids on platforms: `macos:com.example.app`, `windows:example.exe`, `linux:example`. */
  identifiers: v.pipe(
    v.array(named(readIdentifier, "An identifier names its platform: macos:com.example.app.")),
    v.minLength(1, "Name at least one platform."),
  ),
});

/** The catalog as an operator enters it. */
export const Catalog = v.pipe(
  v.strictObject({
    providers: v.pipe(v.array(Provider), v.maxLength(100)),
    models: v.pipe(v.array(Model), v.maxLength(maxThings)),
    applications: v.pipe(v.array(Application), v.maxLength(maxThings)),
  }),
  v.check(
    ({ models, providers }) => models.every(({ id }) => providers.some((one) => id.startsWith(`${one.id}/`))),
    "Each model needs a provider that is listed.",
  ),
  v.check(
    ({ models, providers, applications }) =>
      [models, providers, applications].every((all) => new Set(all.map(({ id }) => id)).size === all.length),
    "An id stands here twice.",
  ),
  v.check(
    (catalog) => JSON.stringify(catalog).length <= maxBytes,
    `A catalog has at most ${maxBytes.toLocaleString("en")} bytes.`,
  ),
);
export type Catalog = v.InferOutput<typeof Catalog>;
