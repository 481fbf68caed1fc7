/**
 * The kinds of value that a setting may have. A kind knows which stored values it can read, which of two is stricter, and
 * which one is at least as strict as every other: that one stands in for a value that cannot be read.
 */
export type Kind<T> = {
  readonly name: "toggle" | "choice" | "version" | "allowList" | "denyList" | "model";
  /** Returns the value, or undefined if it is not one of this kind. Null is not a value. */
  read: (stored: unknown) => T | undefined;
  /** Returns the least strict value that is at least as strict as both. Without an order among them it is the first. */
  stricter: (one: T, other: T) => T;
  /** At least as strict as every value. */
  readonly strictest: T;
  /** True if damage keeps the last value that was read instead of the strictest: a device goes on working with it. */
  readonly keepsLastGood: boolean;
  /** The values of a choice, the strictest first. */
  readonly options?: readonly T[];
};

/** Stands in a deny-list for everything, when the list cannot be read. */
export const everything = "*";
/** Stands for a default model that is switched off. */
export const noModel = "none";
/** No version of a client is as new as this: stands in for a minimum that cannot be read. */
export const beyondAllVersions = "999999.0.0";

/** On or off, one of which is stricter. */
export function toggle(strictest: boolean): Kind<boolean> {
  return {
    name: "toggle",
    read: (stored) => (typeof stored === "boolean" ? stored : undefined),
    stricter: (one, other) => (one === strictest ? one : other),
    strictest,
    keepsLastGood: false,
  };
}

/** One of a few words. @param options the strictest first */
export function choice<const T extends string>(options: readonly [T, ...T[]]): Kind<T> {
  return {
    name: "choice",
    read: (stored) => options.find((option) => option === stored),
    stricter: (one, other) => (options.indexOf(one) <= options.indexOf(other) ? one : other),
    strictest: options[0],
    keepsLastGood: false,
    options,
  };
}

const versionPattern = /^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})$/;

/** A minimum version, like "2.10.0": the newer, the stricter. "0.0.0" admits every client. */
export const version: Kind<string> = {
  name: "version",
  read: (stored) => (typeof stored === "string" && versionPattern.test(stored) ? stored : undefined),
  stricter: (one, other) => (compareVersions(one, other) >= 0 ? one : other),
  strictest: beyondAllVersions,
  keepsLastGood: true,
};

/** Returns below 0, 0, or above 0, as the first version is older than, as old as, or newer than the second. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [one.split(".").map(Number), other.split(".").map(Number)];
  const first = left.findIndex((number, i) => number !== right[i]);
  return first === -1 ? 0 : (left[first] ?? 0) - (right[first] ?? 0);
}

/** A list of all that is allowed. The empty list allows nothing. */
export const allowList: Kind<readonly string[]> = {
  name: "allowList",
  read: readStrings,
  stricter: (one, other) => {
    const both = new Set(other);
    return one.filter((entry) => both.has(entry));
  },
  strictest: [],
  keepsLastGood: false,
};

/** A list of all that is denied. */
export const denyList: Kind<readonly string[]> = {
  name: "denyList",
  read: readStrings,
  stricter: (one, other) => (one.length === 0 ? other : other.length === 0 ? one : [...new Set([...one, ...other])]),
  strictest: [everything],
  keepsLastGood: true,
};

/** A model that is used where nobody chose one, by its id, or `noModel`. */
export const model: Kind<string> = {
  name: "model",
  read: (stored) => (typeof stored === "string" && stored !== "" ? stored : undefined),
  stricter: (one, other) => (other === noModel ? other : one),
  strictest: noModel,
  keepsLastGood: false,
};

function readStrings(stored: unknown): readonly string[] | undefined {
  return Array.isArray(stored) && stored.every((entry) => typeof entry === "string") ? stored : undefined;
}
