import { invalidArgument } from "./refusal.ts";

const largestPage = 1_000;

export type Wanted = {
  prefix: string;
  delimiter: string;
  /** Only keys that sort after it. */
  after: string;
  limit: number;
};

export type Page = {
  keys: string[];
  /** The common prefixes of keys up to the delimiter, in order. */
  prefixes: string[];
  /** The last one of the page, if there are more. */
  last?: string;
};

/** @throws Refusal */
export function wantedOf(query: ReadonlyMap<string, string>): Wanted {
  const limit = Number(query.get("max-keys") ?? largestPage);
  if (!Number.isInteger(limit) || limit < 0) throw invalidArgument("max-keys must be a whole number from 0.");
  const token = query.get("continuation-token");
  return {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    after: token === undefined ? (query.get("start-after") ?? "") : Buffer.from(token, "base64url").toString(),
    limit: Math.min(limit, largestPage),
  };
}

export const tokenOf = (last: string) => Buffer.from(last).toString("base64url");

/** Returns one page of keys in the order of their bytes. */
export function pageOf(all: Iterable<string>, { prefix, delimiter, after, limit }: Wanted): Page {
  const keys = [...all].filter((key) => key.startsWith(prefix)).sort(byBytes);
  const page: Page = { keys: [], prefixes: [] };
  let last = "";
  for (const key of keys) {
    const common = commonOf(key, prefix, delimiter);
    const place = common ?? key;
    if ((after !== "" && byBytes(place, after) <= 0) || place === last) continue;
    if (page.keys.length + page.prefixes.length === limit) return limit === 0 ? page : { ...page, last };
    if (common === undefined) page.keys.push(key);
    else page.prefixes.push(common);
    last = place;
  }
  return page;
}

function commonOf(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

const byBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));
