import { listOf, type Node, nameOf, nodeOf, textOf } from "./document.ts";
import { code, type Html, html, inline } from "./html.ts";

/** The fields of an object, each with its type and description; a named shape is shown once, under its name. */
export function fields(schema: Node): Html {
  const required = listOf(schema["required"]);
  const entries = Object.entries(nodeOf(schema["properties"]));
  if (entries.length === 0) return html``;
  return html`<dl class="fields">${entries.map(([name, field]) => fieldOf(name, nodeOf(field), required.includes(name)))}</dl>`;
}

/** Returns a schema in a word or two: `text`, `list of Member`. */
export function typeOf(schema: Node): Html {
  const name = nameOf(schema);
  if (name !== undefined) return html`<a href="#${name}">${name}</a>`;
  if (schema["const"] !== undefined) return code(JSON.stringify(schema["const"]).replaceAll('"', ""));
  const choices = listOf(schema["anyOf"] ?? schema["oneOf"]).map((choice) => typeOf(nodeOf(choice)));
  if (choices.length > 0) return joined(choices);
  if (schema["type"] === "array") return html`list of ${typeOf(nodeOf(schema["items"]))}`;
  if (Array.isArray(schema["enum"])) return joined(schema["enum"].map((value) => code(String(value))));
  const words = [schema["type"]].flat().map((type) => names[String(type)] ?? String(type));
  return html`${words.join(" or ")}${schema["format"] === "date-time" && " (date and time)"}`;
}

/** One field, and its inner fields if it is an object without a name, or a list of those. */
export function fieldOf(name: string, schema: Node, isRequired: boolean, place = ""): Html {
  const inner = [schema, ...listOf(schema["anyOf"]).map(nodeOf)]
    .map((one) => (one["type"] === "array" ? nodeOf(one["items"]) : one))
    .filter((one) => one["properties"] !== undefined);
  return html`<dt>${code(name)} <span class="type">${typeOf(schema)}</span><span class="quiet">${[
    place,
    !isRequired && "optional",
  ]
    .filter(Boolean)
    .map((word) => ` ${word}`)
    .join(",")}</span></dt>
<dd>${inline(textOf(schema["description"]))}${bounds(schema)}${inner.map(fields)}</dd>`;
}

/** The allowed values, and lengths. */
function bounds(schema: Node): Html {
  const facts = (
    [
      ["minimum", "At least"],
      ["maximum", "At most"],
      ["minLength", "Characters, at least"],
      ["maxLength", "Characters, at most"],
      ["minItems", "Items, at least"],
      ["maxItems", "Items, at most"],
    ] as const
  ).filter(([key]) => typeof schema[key] === "number" && Math.abs(schema[key]) < Number.MAX_SAFE_INTEGER);
  if (facts.length === 0) return html``;
  return html` <span class="quiet">${facts.map(([key, words]) => `${words}: ${String(schema[key])}.`).join(" ")}</span>`;
}

const joined = (parts: readonly Html[]): Html => ({ html: parts.map((part) => part.html).join(" or ") });

const names: Record<string, string> = {
  string: "text",
  integer: "whole number",
  boolean: "true or false",
  array: "list",
};
