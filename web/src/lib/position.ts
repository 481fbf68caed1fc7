import type { QueryClient, QueryKey } from "@tanstack/react-query";

/** The time for which the own change is waited for: by then every list has it. */
const keptMs = 10_000;
/** The number of members, invitations and updates that the API takes in one position. */
const maxAccounts = 100;

/** `behind`: the lists that did not include it yet, and are fetched again for it. */
type Own = { position: string; at: number; isIncluded: boolean; behind: Set<string> };
/** The work to do if a list lags behind what the page wrote; `name` is that of the list. */
export type IfBehind = { name: string; run: () => void };
type Answer = Pick<Response, "headers">;

const positions = new Map<string, Own>();

/** Remembers what the page wrote last in an organization, so that its next reads include it. */
export function rememberPosition(url: string, { headers }: Answer): void {
  const position = headers.get("muster-position");
  const [, organization] = /\/organizations\/([^/?]+)/.exec(url) ?? [];
  if (position !== null && organization !== undefined) {
    const before = recent(organization)?.position;
    positions.set(organization, {
      position: joined(position, before),
      at: Date.now(),
      isIncluded: false,
      behind: new Set(),
    });
  }
}

/**
 * Returns the change that a read of a list is to include; nothing if the page has not written for a while, or a list
 * has included it.
 */
export function ownChange(organization: string): { after?: string } {
  const own = recent(organization);
  return own ? { after: own.position } : {};
}

/**
 * Reads a page of a list: the first one with what the page wrote last. Once an answer includes that, it is no longer asked
 * for. The first answer that lacks it is behind, and so is any that was read before the page's last change.
 */
export async function includingOwnChange<A extends Answer>(
  organization: string,
  cursor: string | undefined,
  ask: (query: { cursor?: string; after?: string }) => Promise<A>,
  ifBehind?: IfBehind,
): Promise<A> {
  // threat: every page of a long list waits for what the web page wrote
  if (cursor !== undefined) {
    return ask({ cursor });
  }
  const own = positions.get(organization);
  const answer = await ask(ownChange(organization));
  const isIncluded = answer.headers.get("muster-included");
  // threat: lists of the web page wait for what they already include
  if (own && isIncluded === "true") own.isIncluded = true;
  if (!ifBehind) return answer;
  const isOvertaken = positions.get(organization) !== own;
  const isLate = own && isIncluded === "false" && !own.behind.has(ifBehind.name);
  // threat: a list that lags is fetched again without end
  if (isLate) own.behind.add(ifBehind.name);
  // threat: an answer from before the page's change replaces what it shows
  // threat: a list that lags stays over the correct one
  if (isOvertaken || isLate) ifBehind.run();
  return answer;
}

/** Fetches a query once more after the present fetch, which shows what there was. */
export function refetchOnce({ client, queryKey }: { client: QueryClient; queryKey: QueryKey }): IfBehind {
  const again = () => client.invalidateQueries({ queryKey, exact: true });
  return {
    name: JSON.stringify(queryKey),
    run: () =>
      void client
        .getQueryCache()
        .find({ queryKey, exact: true })
        ?.promise?.then(again, () => undefined),
  };
}

function recent(organization: string): Own | undefined {
  const own = positions.get(organization);
  return own && !own.isIncluded && Date.now() - own.at < keptMs ? own : undefined;
}

/** The last event of both, with the members of both: of too many, those that were written last. */
function joined(position: string, before: string | undefined): string {
  const [event = "", ...accounts] = position.split(".");
  const [eventBefore = "", ...accountsBefore] = before?.split(".") ?? [];
  const all = [...new Set([...accounts, ...accountsBefore])].slice(0, maxAccounts);
  return [event > eventBefore ? event : eventBefore, ...all].join(".");
}
