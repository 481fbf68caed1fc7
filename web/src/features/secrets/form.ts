import type { KindName, Warning } from "@muster/core/secret/kind/shape.ts";
import { maxTeamsOfSecret } from "@muster/core/secret/limits.ts";
import { kindOf, SecretName, type Values } from "@muster/core/secret/shape.ts";
import { mistakeIn } from "#lib/mistake.ts";

// What is entered for a key, and the sentence for each mistake: by the same checks that the API makes.

export type Entered = Readonly<Record<string, string>>;
export type Mistakes = Readonly<Record<string, string>>;

/** Returns the fields of a kind as they are sent: without white space around them, and without those left empty. */
export function valuesOf(kind: KindName, entered: Entered): Record<string, string> {
  const fields = Object.keys(kindOf(kind).fields);
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = entered[field]?.trim() ?? "";
      return value === "" ? [] : [[field, value]];
    }),
  );
}

/** Returns what is wrong with each field, first of what was entered; what is missing only once all is to be sent. */
export function mistakesIn(kind: KindName, entered: Entered, isToBeSent: boolean): Mistakes {
  const values: Values = valuesOf(kind, entered);
  const found = Object.entries(kindOf(kind).fields).flatMap(([name, { schema, judge, isOptional, label }]) => {
    const value = values[name];
    if (value === undefined) {
      return isOptional || !isToBeSent ? [] : [[name, `Enter the ${lowered(label)}.`]];
    }
    const mistake = mistakeIn(schema, value) ?? judge?.(values);
    return mistake === undefined ? [] : [[name, mistake]];
  });
  return Object.fromEntries(found);
}

/** Returns what is wrong with a name. */
export function nameMistake(name: string): string | undefined {
  return mistakeIn(SecretName, name);
}

/** Returns what is unusual about a key that has no mistake. */
export function warningOf(kind: KindName, entered: Entered): Warning | undefined {
  return Object.keys(mistakesIn(kind, entered, true)).length > 0
    ? undefined
    : kindOf(kind).warn(valuesOf(kind, entered));
}

/** An abbreviation stays as it is: "API key", "base URL". */
const lowered = (label: string) => (/^[A-Z]{2}/.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1));

/** The meaning of teams for a key, and their highest number. */
export const teamLimit = {
  hint: "Optional: only members of these teams may use the key. Without teams, every member may.",
  limit: { max: maxTeamsOfSecret, reason: `A key is for at most ${maxTeamsOfSecret} teams.` },
};
