// A line of the log is data, so that a page can link what it names, and a file can write it as text.

// Shapes

/** A piece of a line: text, or something that is named where the line is shown. */
export type Part =
  | string
  /** A name as it was then. */
  | { name: string }
  | { domain: string }
  /** The actor, or the member that it was done to: "you", a name, or the product for a job. */
  | { actor: string }
  /** Members: one by name, several by number. */
  | { members: readonly string[] }
  /** Invited people: one by name or address, several by number. */
  | { invited: readonly string[] }
  | { team: string; name: string }
  | { update: string }
  | { import: string };
export type Line = readonly Part[];

// Functions

/** Returns a line: line`removed ${{ members: [account] }} from ${{ team, name }}`. What is `undefined` is left out. */
export function line(texts: TemplateStringsArray, ...values: readonly (Part | Line | number | undefined)[]): Line {
  return texts.flatMap((text, i) => {
    const value = values[i] ?? "";
    const parts: Line = typeof value === "number" ? [`${value}`] : isLine(value) ? value : [value];
    return [text, ...parts].filter((part) => part !== "");
  });
}

const isLine = (value: Part | Line): value is Line => Array.isArray(value);
